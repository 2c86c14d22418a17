"""Training without a chosen recipe: a first look at the pictures, a plan, and run after run while they get better."""
