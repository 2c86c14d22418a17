"""Results of Classify that are saved in the user's data folder, and what can be made of them."""
