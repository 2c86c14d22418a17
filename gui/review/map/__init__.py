"""The images as points; those that the model sees alike lie together."""
