"""The Classify page: images of any number, with runs or model files, and what is done with the results."""
