"""Marks the words of options, recipes and steps, which stand in the engine, so that a translation finds them.

The engine knows no Qt: it cannot mark them itself. `lupdate` reads this file; nothing imports it. A test names what is
missing here or no longer used.
"""

from PySide6.QtCore import QT_TRANSLATE_NOOP

MARKED = (
    QT_TRANSLATE_NOOP("TrainOptions", "Images"),
    QT_TRANSLATE_NOOP("TrainOptions", "Image size"),
    QT_TRANSLATE_NOOP("TrainOptions", "Images are resized to this many pixels on each side."),
    QT_TRANSLATE_NOOP("TrainOptions", "px"),
    QT_TRANSLATE_NOOP("TrainOptions", "Colours"),
    QT_TRANSLATE_NOOP("TrainOptions", "Train on colours or on grey values."),
    QT_TRANSLATE_NOOP("TrainOptions", "Colour"),
    QT_TRANSLATE_NOOP("TrainOptions", "Grey"),
    QT_TRANSLATE_NOOP("TrainOptions", "Resize"),
    QT_TRANSLATE_NOOP(
        "TrainOptions", "Stretch to the square, crop its middle, or letterbox: fit inside with a border."
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "Stretch"),
    QT_TRANSLATE_NOOP("TrainOptions", "Crop"),
    QT_TRANSLATE_NOOP("TrainOptions", "Letterbox"),
    QT_TRANSLATE_NOOP("TrainOptions", "Validation"),
    QT_TRANSLATE_NOOP(
        "TrainOptions", "Share of the training images held out when the project has no validation split."
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "Train on everything"),
    QT_TRANSLATE_NOOP(
        "TrainOptions",
        "Learn from the validation images too, once all else is decided; their accuracy then means nothing.",
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "Rare classes"),
    QT_TRANSLATE_NOOP(
        "TrainOptions",
        "Give rare classes more weight in the loss, show their images more often, or show others less often.",
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "None"),
    QT_TRANSLATE_NOOP("TrainOptions", "Class weights"),
    QT_TRANSLATE_NOOP("TrainOptions", "Oversample"),
    QT_TRANSLATE_NOOP("TrainOptions", "Undersample"),
    QT_TRANSLATE_NOOP("TrainOptions", "Augmentation"),
    QT_TRANSLATE_NOOP("TrainOptions", "Rotation"),
    QT_TRANSLATE_NOOP("TrainOptions", "Turn at random up to this angle."),
    QT_TRANSLATE_NOOP("TrainOptions", "°"),
    QT_TRANSLATE_NOOP("TrainOptions", "Zoom"),
    QT_TRANSLATE_NOOP("TrainOptions", "Enlarge or shrink at random by up to this share."),
    QT_TRANSLATE_NOOP("TrainOptions", "Keep proportions"),
    QT_TRANSLATE_NOOP("TrainOptions", "Zoom width and height alike, not each by itself."),
    QT_TRANSLATE_NOOP("TrainOptions", "Shift"),
    QT_TRANSLATE_NOOP("TrainOptions", "Move at random by up to this share of the size."),
    QT_TRANSLATE_NOOP("TrainOptions", "Shear"),
    QT_TRANSLATE_NOOP("TrainOptions", "Slant at random up to this angle."),
    QT_TRANSLATE_NOOP("TrainOptions", "Mirror"),
    QT_TRANSLATE_NOOP("TrainOptions", "Mirror left and right at random; not for signs or letters."),
    QT_TRANSLATE_NOOP("TrainOptions", "Turn over"),
    QT_TRANSLATE_NOOP("TrainOptions", "Mirror top and bottom at random; for pictures without an up."),
    QT_TRANSLATE_NOOP("TrainOptions", "Border"),
    QT_TRANSLATE_NOOP(
        "TrainOptions", "What fills the corners of a moved image: its outermost pixels, or its mirror image."
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "Nearest"),
    QT_TRANSLATE_NOOP("TrainOptions", "Brightness"),
    QT_TRANSLATE_NOOP("TrainOptions", "Brighten or darken at random by up to this share."),
    QT_TRANSLATE_NOOP("TrainOptions", "Contrast"),
    QT_TRANSLATE_NOOP("TrainOptions", "Strengthen or weaken the contrast at random by up to this share."),
    QT_TRANSLATE_NOOP("TrainOptions", "Saturation"),
    QT_TRANSLATE_NOOP("TrainOptions", "Strengthen or weaken colours at random by up to this share."),
    QT_TRANSLATE_NOOP("TrainOptions", "Erasing"),
    QT_TRANSLATE_NOOP("TrainOptions", "Share of images of which a random rectangle is painted over."),
    QT_TRANSLATE_NOOP("TrainOptions", "RandAugment"),
    QT_TRANSLATE_NOOP("TrainOptions", "So many changes, drawn anew for each image from all kinds."),
    QT_TRANSLATE_NOOP("TrainOptions", "changes"),
    QT_TRANSLATE_NOOP("TrainOptions", "CutMix"),
    QT_TRANSLATE_NOOP(
        "TrainOptions", "Share of batches in which a rectangle of each image comes from another, with its label."
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "MixUp"),
    QT_TRANSLATE_NOOP("TrainOptions", "Share of batches in which two images, and their labels, are blended."),
    QT_TRANSLATE_NOOP("TrainOptions", "Network"),
    QT_TRANSLATE_NOOP("TrainOptions", "Base"),
    QT_TRANSLATE_NOOP("TrainOptions", "The pretrained network under a transfer recipe; others have none."),
    QT_TRANSLATE_NOOP("TrainOptions", "MobileNetV2"),
    QT_TRANSLATE_NOOP("TrainOptions", "EfficientNetV2B0"),
    QT_TRANSLATE_NOOP("TrainOptions", "EfficientNetB4"),
    QT_TRANSLATE_NOOP("TrainOptions", "DenseNet201"),
    QT_TRANSLATE_NOOP("TrainOptions", "Xception"),
    QT_TRANSLATE_NOOP("TrainOptions", "InceptionV3"),
    QT_TRANSLATE_NOOP("TrainOptions", "ResNet50V2"),
    QT_TRANSLATE_NOOP("TrainOptions", "ConvNeXtTiny"),
    QT_TRANSLATE_NOOP("TrainOptions", "EfficientNetB5"),
    QT_TRANSLATE_NOOP("TrainOptions", "InceptionResNetV2"),
    QT_TRANSLATE_NOOP("TrainOptions", "Pretrained"),
    QT_TRANSLATE_NOOP("TrainOptions", "Begin with the base's ImageNet weights or from scratch."),
    QT_TRANSLATE_NOOP("TrainOptions", "ImageNet"),
    QT_TRANSLATE_NOOP("TrainOptions", "Weights file"),
    QT_TRANSLATE_NOOP("TrainOptions", "The base's weights in a file, so that nothing is downloaded."),
    QT_TRANSLATE_NOOP("TrainOptions", "Freeze the base"),
    QT_TRANSLATE_NOOP("TrainOptions", "Train only the layers above the base; its weights stay."),
    QT_TRANSLATE_NOOP("TrainOptions", "Head first"),
    QT_TRANSLATE_NOOP(
        "TrainOptions", "So many first epochs train only the layers above the base, on features that are computed once."
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "epochs"),
    QT_TRANSLATE_NOOP("TrainOptions", "Fine-tuned part"),
    QT_TRANSLATE_NOOP(
        "TrainOptions",
        "Share of the base that trains, from its top down, counted in multiplications; what is below stays as it is.",
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "Start from run"),
    QT_TRANSLATE_NOOP("TrainOptions", "Begin with the weights of this run instead of new ones."),
    QT_TRANSLATE_NOOP("TrainOptions", "L2"),
    QT_TRANSLATE_NOOP("TrainOptions", "Penalty on the squares of the weights, added to the loss."),
    QT_TRANSLATE_NOOP("TrainOptions", "Optimiser"),
    QT_TRANSLATE_NOOP("TrainOptions", "Epochs"),
    QT_TRANSLATE_NOOP("TrainOptions", "Most passes over the training images."),
    QT_TRANSLATE_NOOP("TrainOptions", "Batch size"),
    QT_TRANSLATE_NOOP("TrainOptions", "Images per step."),
    QT_TRANSLATE_NOOP("TrainOptions", "How the weights move."),
    QT_TRANSLATE_NOOP("TrainOptions", "Adam"),
    QT_TRANSLATE_NOOP("TrainOptions", "AdamW"),
    QT_TRANSLATE_NOOP("TrainOptions", "SGD"),
    QT_TRANSLATE_NOOP("TrainOptions", "RMSprop"),
    QT_TRANSLATE_NOOP("TrainOptions", "Learning rate"),
    QT_TRANSLATE_NOOP("TrainOptions", "Step length at the start."),
    QT_TRANSLATE_NOOP("TrainOptions", "Schedule"),
    QT_TRANSLATE_NOOP(
        "TrainOptions",
        "Keep the rate, let it fall with the steps or a cosine, or rise and fall once; for a plateau see Stops.",
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "Constant"),
    QT_TRANSLATE_NOOP("TrainOptions", "Inverse time"),
    QT_TRANSLATE_NOOP("TrainOptions", "Cosine"),
    QT_TRANSLATE_NOOP("TrainOptions", "One cycle"),
    QT_TRANSLATE_NOOP("TrainOptions", "Decay"),
    QT_TRANSLATE_NOOP(
        "TrainOptions", "Of inverse time: the rate at step n is rate / (1 + decay n); 0 stands for rate / epochs."
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "Fine-tuning rate"),
    QT_TRANSLATE_NOOP("TrainOptions", "Learning rate once the base trains too, after the epochs of the head."),
    QT_TRANSLATE_NOOP("TrainOptions", "Momentum"),
    QT_TRANSLATE_NOOP("TrainOptions", "Of SGD."),
    QT_TRANSLATE_NOOP("TrainOptions", "Weight decay"),
    QT_TRANSLATE_NOOP("TrainOptions", "Share of each weight that every step takes away, times the rate."),
    QT_TRANSLATE_NOOP("TrainOptions", "Label smoothing"),
    QT_TRANSLATE_NOOP("TrainOptions", "Share of each label that is spread over all classes."),
    QT_TRANSLATE_NOOP("TrainOptions", "Seed"),
    QT_TRANSLATE_NOOP("TrainOptions", "Same seed, same data, same device: same history."),
    QT_TRANSLATE_NOOP("TrainOptions", "Stops"),
    QT_TRANSLATE_NOOP("TrainOptions", "Stop after"),
    QT_TRANSLATE_NOOP("TrainOptions", "Stop after so many epochs without a gain in validation loss; 0 never."),
    QT_TRANSLATE_NOOP("TrainOptions", "Stop by"),
    QT_TRANSLATE_NOOP("TrainOptions", "What must gain for training to go on."),
    QT_TRANSLATE_NOOP("TrainOptions", "Loss"),
    QT_TRANSLATE_NOOP("TrainOptions", "Accuracy"),
    QT_TRANSLATE_NOOP("TrainOptions", "Reduce rate after"),
    QT_TRANSLATE_NOOP(
        "TrainOptions", "Lower the rate after so many epochs without a gain in validation accuracy; 0 never."
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "Reduce rate by"),
    QT_TRANSLATE_NOOP("TrainOptions", "What must gain for the rate to stay."),
    QT_TRANSLATE_NOOP("TrainOptions", "Least gain"),
    QT_TRANSLATE_NOOP("TrainOptions", "A smaller change does not keep the rate."),
    QT_TRANSLATE_NOOP("TrainOptions", "Reduce by"),
    QT_TRANSLATE_NOOP("TrainOptions", "The rate is multiplied by this."),
    QT_TRANSLATE_NOOP("TrainOptions", "Lowest rate"),
    QT_TRANSLATE_NOOP("TrainOptions", "The rate is never lowered below this."),
    QT_TRANSLATE_NOOP("TrainOptions", "Keep best by"),
    QT_TRANSLATE_NOOP("TrainOptions", "Which epoch the model is taken from."),
    QT_TRANSLATE_NOOP("TrainOptions", "Machine"),
    QT_TRANSLATE_NOOP("TrainOptions", "Device"),
    QT_TRANSLATE_NOOP("TrainOptions", "Where to train; auto takes a GPU."),
    QT_TRANSLATE_NOOP("TrainOptions", "Auto"),
    QT_TRANSLATE_NOOP("TrainOptions", "Processor (CPU)"),
    QT_TRANSLATE_NOOP("TrainOptions", "Graphics card (GPU)"),
    QT_TRANSLATE_NOOP("TrainOptions", "Mixed precision"),
    QT_TRANSLATE_NOOP("TrainOptions", "Half the bits: faster on a GPU, or processor with bfloat16."),
    QT_TRANSLATE_NOOP("TrainOptions", "Backend"),
    QT_TRANSLATE_NOOP(
        "TrainOptions", "The library that computes; auto is KERAS_BACKEND or TensorFlow, others must be installed."
    ),
    QT_TRANSLATE_NOOP("TrainOptions", "TensorFlow"),
    QT_TRANSLATE_NOOP("TrainOptions", "PyTorch"),
    QT_TRANSLATE_NOOP("TrainOptions", "JAX"),
    QT_TRANSLATE_NOOP("TrainOptions", "never"),
    QT_TRANSLATE_NOOP("TrainOptions", "none"),
    QT_TRANSLATE_NOOP("TrainOptions", "on"),
    QT_TRANSLATE_NOOP("TrainOptions", "off"),
    QT_TRANSLATE_NOOP("TrainOptions", "Choose a file…"),
    QT_TRANSLATE_NOOP("Recipes", "Quick"),
    QT_TRANSLATE_NOOP(
        "Recipes", "Small pictures in minutes on a processor; reads the project and sets itself. Begin here."
    ),
    QT_TRANSLATE_NOOP("Recipes", "Accurate"),
    QT_TRANSLATE_NOOP(
        "Recipes",
        "Small pictures as well as a processor can in a quarter of an hour; reads the project and sets itself.",
    ),
    QT_TRANSLATE_NOOP("Recipes", "Transfer"),
    QT_TRANSLATE_NOOP(
        "Recipes",
        "Photographs, on a network that has seen a million others; good with few pictures. Reads the project.",
    ),
    QT_TRANSLATE_NOOP("Recipes", "Small grey pictures"),
    QT_TRANSLATE_NOOP(
        "Recipes", "28 px grey values, three convolution blocks; clothes, digits, symbols. Minutes on a processor."
    ),
    QT_TRANSLATE_NOOP("Recipes", "Signs and symbols"),
    QT_TRANSLATE_NOOP(
        "Recipes", "30 px colours, four convolutions, turned and shifted but never mirrored; traffic signs, logos."
    ),
    QT_TRANSLATE_NOOP("Recipes", "Photographs"),
    QT_TRANSLATE_NOOP(
        "Recipes", "180 px colours, three convolutions, mirrored, turned and zoomed; flowers, animals, things."
    ),
    QT_TRANSLATE_NOOP("Recipes", "Photographs, plain"),
    QT_TRANSLATE_NOOP(
        "Recipes", "180 px colours, three convolutions, nothing changed at random; overfits soon, for comparison."
    ),
    QT_TRANSLATE_NOOP("Recipes", "Animals"),
    QT_TRANSLATE_NOOP(
        "Recipes",
        "128 px colours, three convolution blocks, turned, moved and mirrored; animals and other things in photos.",
    ),
    QT_TRANSLATE_NOOP("Recipes", "Art and photographs, pretrained"),
    QT_TRANSLATE_NOOP(
        "Recipes", "200 px colours, a large pretrained network trained as a whole with CutMix; wants a GPU."
    ),
    QT_TRANSLATE_NOOP("Recipes", "Small colour pictures, pairs"),
    QT_TRANSLATE_NOOP("Recipes", "32 px colours, six convolutions in pairs; things and animals at thumbnail size."),
    QT_TRANSLATE_NOOP("Recipes", "Small colour pictures, pairs, normalised"),
    QT_TRANSLATE_NOOP(
        "Recipes", "32 px colours, six normalised convolutions, shifted and mirrored; the notebooks' best at this size."
    ),
    QT_TRANSLATE_NOOP("Recipes", "Small colour pictures, strided"),
    QT_TRANSLATE_NOOP(
        "Recipes", "32 px colours, three convolutions with stride 2 and dropout; things and animals at thumbnail size."
    ),
    QT_TRANSLATE_NOOP("Recipes", "Small grey pictures, strided"),
    QT_TRANSLATE_NOOP(
        "Recipes", "28 px grey values, three convolutions with stride 2; the quickest of the notebooks' networks."
    ),
    QT_TRANSLATE_NOOP("Recipes", "Small grey pictures, L2"),
    QT_TRANSLATE_NOOP(
        "Recipes", "28 px grey values, two convolutions with an L2 penalty, plain gradient descent with momentum."
    ),
    QT_TRANSLATE_NOOP("Progress", "Downloading weights (kB)"),
    QT_TRANSLATE_NOOP("Progress", "Loading images"),
    QT_TRANSLATE_NOOP("Progress", "Looking at images"),
    QT_TRANSLATE_NOOP("Progress", "Computing features"),
    QT_TRANSLATE_NOOP("Progress", "Saving the model"),
    QT_TRANSLATE_NOOP("Progress", "Testing the model"),
)
