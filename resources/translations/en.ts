<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AcceptDialog</name>
    <message numerus="yes">
        <source>Leave out %Ln that are unlike everything that has a label</source>
        <translation>
            <numerusform>Leave out %Ln that is unlike everything that has a label</numerusform>
            <numerusform>Leave out %Ln that are unlike everything that has a label</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln check image(s) of which the run is as sure</source>
        <translation>
            <numerusform>%Ln check image of which the run is as sure</numerusform>
            <numerusform>%Ln check images of which the run is as sure</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) that you labelled and whose suggestions are as sure</source>
        <translation>
            <numerusform>%Ln image that you labelled and whose suggestion is as sure</numerusform>
            <numerusform>%Ln images that you labelled and whose suggestions are as sure</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AddDialog</name>
    <message numerus="yes">
        <source>%Ln come with a label</source>
        <translation>
            <numerusform>%Ln comes with a label</numerusform>
            <numerusform>%Ln come with a label</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln with a suggestion</source>
        <translation>
            <numerusform>%Ln with a suggestion</numerusform>
            <numerusform>%Ln with a suggestion</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AssessmentWords</name>
    <message numerus="yes">
        <source>it has only %Ln picture(s) to learn from</source>
        <translation>
            <numerusform>it has a single picture to learn from</numerusform>
            <numerusform>it has only %Ln pictures to learn from</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Label %Ln more picture(s)</source>
        <translation>
            <numerusform>Label %Ln more picture</numerusform>
            <numerusform>Label %Ln more pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Label %Ln more picture(s) of {0}</source>
        <translation>
            <numerusform>Label %Ln more picture of {0}</numerusform>
            <numerusform>Label %Ln more pictures of {0}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Label %Ln picture(s) that teach most</source>
        <translation>
            <numerusform>Label %Ln picture that teaches most</numerusform>
            <numerusform>Label %Ln pictures that teach most</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Look at %Ln suspect label(s)</source>
        <translation>
            <numerusform>Look at %Ln suspect label</numerusform>
            <numerusform>Look at %Ln suspect labels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) have no label yet: those that teach most can make it better.</source>
        <translation>
            <numerusform>%Ln picture has no label yet: it can make it better.</numerusform>
            <numerusform>%Ln pictures have no label yet: those that teach most can make it better.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All pictures have a label: about %Ln more picture(s) are needed to tell how good it is.</source>
        <translation>
            <numerusform>All pictures have a label: about %Ln more picture is needed to tell how good it is.</numerusform>
            <numerusform>All pictures have a label: about %Ln more pictures are needed to tell how good it is.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All pictures have a label: about %Ln more picture(s) of {0} would help most.</source>
        <translation>
            <numerusform>All pictures have a label: about %Ln more picture of {0} would help most.</numerusform>
            <numerusform>All pictures have a label: about %Ln more pictures of {0} would help most.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hardly any of the %Ln picture(s) without a label are of {0}: add some.</source>
        <translation>
            <numerusform>The %Ln picture without a label is hardly of {0}: add some.</numerusform>
            <numerusform>Hardly any of the %Ln pictures without a label are of {0}: add some.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All pictures have a label. With %Ln more picture(s) of {0}, it would recognise about {1} more of 100 such pictures.</source>
        <translation>
            <numerusform>All pictures have a label. With %Ln more picture of {0}, it would recognise about {1} more of 100 such pictures.</numerusform>
            <numerusform>All pictures have a label. With %Ln more pictures of {0}, it would recognise about {1} more of 100 such pictures.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln check image(s) are duplicates of ones it learnt from: the figure promises too much.</source>
        <translation>
            <numerusform>%Ln check image is a duplicate of one it learnt from: the figure promises too much.</numerusform>
            <numerusform>%Ln check images are duplicates of ones it learnt from: the figure promises too much.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It learnt from %Ln label(s) that were accepted unseen; wrong ones harm it.</source>
        <translation>
            <numerusform>It learnt from %Ln label that was accepted unseen; a wrong one harms it.</numerusform>
            <numerusform>It learnt from %Ln labels that were accepted unseen; wrong ones harm it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) came or changed since this training.</source>
        <translation>
            <numerusform>%Ln label came or changed since this training.</numerusform>
            <numerusform>%Ln labels came or changed since this training.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln picture(s) of {0} are likely among the {2} without a label.</source>
        <translation>
            <numerusform>About %Ln picture of {0} is likely among the {2} without a label.</numerusform>
            <numerusform>About %Ln pictures of {0} are likely among the {2} without a label.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln picture(s) of {0} are likely among the {2} without a label. With them, it would recognise about {1} more of 100 such pictures.</source>
        <translation>
            <numerusform>About %Ln picture of {0} is likely among the {2} without a label. With it, the model would recognise about {1} more of 100 such pictures.</numerusform>
            <numerusform>About %Ln pictures of {0} are likely among the {2} without a label. With them, it would recognise about {1} more of 100 such pictures.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>With %Ln more picture(s) of {0} to learn from, it would recognise about {1} more of 100 such pictures.</source>
        <translation>
            <numerusform>With %Ln more picture of {0} to learn from, it would recognise about {1} more of 100 such pictures.</numerusform>
            <numerusform>With %Ln more pictures of {0} to learn from, it would recognise about {1} more of 100 such pictures.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CheckBar</name>
    <message numerus="yes">
        <source>%Ln picture(s) are set aside to check how good a model is: it never learns from them. {0} moves selected ones to training.</source>
        <translation>
            <numerusform>%Ln picture is set aside to check how good a model is: it never learns from it. {0} moves selected ones to training.</numerusform>
            <numerusform>%Ln pictures are set aside to check how good a model is: it never learns from them. {0} moves selected ones to training.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ClassifyPage</name>
    <message numerus="yes">
        <source>%Ln correction(s) no longer count: their files have changed, and were classified again.</source>
        <translation>
            <numerusform>%Ln correction no longer counts: its file has changed, and was classified again.</numerusform>
            <numerusform>%Ln corrections no longer count: their files have changed, and were classified again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Corrections</name>
    <message numerus="yes">
        <source>Label %Ln image(s) as…</source>
        <translation>
            <numerusform>Label this image as…</numerusform>
            <numerusform>Label %Ln images as…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Device</name>
    <message numerus="yes">
        <source>CPU, %Ln core(s)</source>
        <translation>
            <numerusform>CPU, %Ln core</numerusform>
            <numerusform>CPU, %Ln cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Dropping</name>
    <message numerus="yes">
        <source>Add these %Ln picture(s) to “{0}”</source>
        <translation>
            <numerusform>Add this picture to “{0}”</numerusform>
            <numerusform>Add these %Ln pictures to “{0}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) cannot be used here, such as {0}; drop folders, archives, pictures or tables.</source>
        <translation>
            <numerusform>{0} cannot be used here; drop folders, archives, pictures or tables.</numerusform>
            <numerusform>%Ln files cannot be used here, such as {0}; drop folders, archives, pictures or tables.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DuplicatesSection</name>
    <message numerus="yes">
        <source>%Ln group(s)</source>
        <translation>
            <numerusform>%Ln group</numerusform>
            <numerusform>%Ln groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %Ln selected group(s)</source>
        <translation>
            <numerusform>for %Ln selected group</numerusform>
            <numerusform>for %Ln selected groups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for all %Ln group(s) shown</source>
        <translation>
            <numerusform>for the %Ln group shown</numerusform>
            <numerusform>for all %Ln groups shown</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EarlierResults</name>
    <message numerus="yes">
        <source>%Ln of the {0} models that gave these predictions are no longer at {1}</source>
        <translation>
            <numerusform>One of the {0} models that gave these predictions is no longer at {1}</numerusform>
            <numerusform>%Ln of the {0} models that gave these predictions are no longer at {1}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FindingBar</name>
    <message numerus="yes">
        <source>%Ln of them are further down: scroll to see them.</source>
        <translation>
            <numerusform>%Ln of them is further down: scroll to see it.</numerusform>
            <numerusform>%Ln of them are further down: scroll to see them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) left out: suggested as another class by now.</source>
        <translation>
            <numerusform>%Ln image left out: suggested as another class by now.</numerusform>
            <numerusform>%Ln images left out: suggested as another class by now.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Fonts</name>
    <message numerus="yes">
        <source>The name(s) of %Ln class(es) are right, but boxes stand for their letters, as no font of this computer has them. Install one that has, such as Noto Sans, and start again.</source>
        <translation>
            <numerusform>The name of a class is right, but boxes stand for its letters, as no font of this computer has them. Install one that has, such as Noto Sans, and start again.</numerusform>
            <numerusform>The names of %Ln classes are right, but boxes stand for their letters, as no font of this computer has them. Install one that has, such as Noto Sans, and start again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GoalBar</name>
    <message numerus="yes">
        <source>Done: %Ln more label(s). Train again to see what they bring.</source>
        <translation>
            <numerusform>Done: %Ln more label. Train again to see what it brings.</numerusform>
            <numerusform>Done: %Ln more labels. Train again to see what they bring.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Done: %Ln more picture(s) of {1} have a label. Train again to see what they bring.</source>
        <translation>
            <numerusform>Done: %Ln more picture of {1} has a label. Train again to see what it brings.</numerusform>
            <numerusform>Done: %Ln more pictures of {1} have a label. Train again to see what they bring.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %Ln more picture(s) of {1} to label, then train again</source>
        <translation>
            <numerusform>{0} of %Ln more picture of {1} to label, then train again</numerusform>
            <numerusform>{0} of %Ln more pictures of {1} to label, then train again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %Ln more picture(s) to label, then train again</source>
        <translation>
            <numerusform>{0} of %Ln more picture to label, then train again</numerusform>
            <numerusform>{0} of %Ln more pictures to label, then train again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln folder</numerusform>
            <numerusform>%Ln folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln source(s)</source>
        <translation>
            <numerusform>%Ln source</numerusform>
            <numerusform>%Ln sources</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Labelling</name>
    <message numerus="yes">
        <source>Label %Ln image(s) as…</source>
        <translation>
            <numerusform>Label this image as…</numerusform>
            <numerusform>Label %Ln images as…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Marks</name>
    <message numerus="yes">
        <source>%Ln were accepted unseen</source>
        <translation>
            <numerusform>%Ln was accepted unseen</numerusform>
            <numerusform>%Ln were accepted unseen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NearDuplicatesNotice</name>
    <message numerus="yes">
        <source>“{0}” and %Ln more class(es) stay as they are: their pictures are nearly all alike, and would leave one to learn from. Label others of them.</source>
        <translation>
            <numerusform>“{0}” and %Ln more class stay as they are: their pictures are nearly all alike, and would leave one to learn from. Label others of them.</numerusform>
            <numerusform>“{0}” and %Ln more classes stay as they are: their pictures are nearly all alike, and would leave one to learn from. Label others of them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OutputJobs</name>
    <message numerus="yes">
        <source>%Ln copy(s) removed; your files are where they were</source>
        <translation>
            <numerusform>%Ln copy removed; your files are where they were</numerusform>
            <numerusform>%Ln copies removed; your files are where they were</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln link(s) removed; your files are where they were</source>
        <translation>
            <numerusform>%Ln link removed; your files are where they were</numerusform>
            <numerusform>%Ln links removed; your files are where they were</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln keep the other label(s) that they have there</source>
        <translation>
            <numerusform>%Ln keeps the other label that it has there</numerusform>
            <numerusform>%Ln keep the other labels that they have there</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PlanLine</name>
    <message numerus="yes">
        <source>Trains “{0}” with %Ln option(s) changed.</source>
        <translation>
            <numerusform>Trains “{0}” with %Ln option changed.</numerusform>
            <numerusform>Trains “{0}” with %Ln options changed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProblemBar</name>
    <message numerus="yes">
        <source>%Ln file(s) cannot be used</source>
        <translation>
            <numerusform>%Ln file cannot be used</numerusform>
            <numerusform>%Ln files cannot be used</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Rechecking</name>
    <message numerus="yes">
        <source>None of the %Ln file(s) can be used yet.</source>
        <translation>
            <numerusform>It still cannot be used.</numerusform>
            <numerusform>None of the %Ln can be used yet.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RetrainLine</name>
    <message numerus="yes">
        <source>%Ln label(s) changed</source>
        <translation>
            <numerusform>%Ln label changed</numerusform>
            <numerusform>%Ln labels changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) added</source>
        <translation>
            <numerusform>%Ln image added</numerusform>
            <numerusform>%Ln images added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) taken out</source>
        <translation>
            <numerusform>%Ln image taken out</numerusform>
            <numerusform>%Ln images taken out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s) in another split</source>
        <translation>
            <numerusform>%Ln image in another split</numerusform>
            <numerusform>%Ln images in another split</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RoundsWords</name>
    <message numerus="yes">
        <source>%Ln new picture(s)</source>
        <translation>
            <numerusform>%Ln new picture</numerusform>
            <numerusform>%Ln new pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln label(s) changed</source>
        <translation>
            <numerusform>%Ln label changed</numerusform>
            <numerusform>%Ln labels changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s) are left out: they had other check images.</source>
        <translation>
            <numerusform>%Ln run is left out: it had other check images.</numerusform>
            <numerusform>%Ln runs are left out: they had other check images.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunActions</name>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>%Ln run</numerusform>
            <numerusform>%Ln runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SortDialog</name>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln folder</numerusform>
            <numerusform>%Ln folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stay</source>
        <translation>
            <numerusform>%Ln stays</numerusform>
            <numerusform>%Ln stay</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SourceNotice</name>
    <message numerus="yes">
        <source>{0} and %Ln more folder(s)</source>
        <translation>
            <numerusform>{0} and %Ln more folder</numerusform>
            <numerusform>{0} and %Ln more folders</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SplitsDialog</name>
    <message numerus="yes">
        <source>{0} in %Ln group(s) stay together.</source>
        <translation>
            <numerusform>{0} in one group stay together.</numerusform>
            <numerusform>{0} in %Ln groups stay together.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UnseenBar</name>
    <message numerus="yes">
        <source>%Ln label(s) were accepted unseen</source>
        <translation>
            <numerusform>%Ln label was accepted unseen</numerusform>
            <numerusform>%Ln labels were accepted unseen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation>
            <numerusform>%Ln minute</numerusform>
            <numerusform>%Ln minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln hour(s)</source>
        <translation>
            <numerusform>%Ln hour</numerusform>
            <numerusform>%Ln hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} %Ln minute(s)</source>
        <translation>
            <numerusform>{0} %Ln minute</numerusform>
            <numerusform>{0} %Ln minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln image(s)</source>
        <translation>
            <numerusform>%Ln image</numerusform>
            <numerusform>%Ln images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} of %Ln image(s)</source>
        <translation>
            <numerusform>{0} of %Ln image</numerusform>
            <numerusform>{0} of %Ln images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln class(es)</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln epoch(s)</source>
        <translation>
            <numerusform>%Ln epoch</numerusform>
            <numerusform>%Ln epochs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) cannot be read</source>
        <translation>
            <numerusform>%Ln file cannot be read</numerusform>
            <numerusform>%Ln files cannot be read</numerusform>
        </translation>
    </message>
</context>
</TS>
