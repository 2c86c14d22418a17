"""`python -m pigeonhole`, and what the installed commands start."""

from main import program

if __name__ == "__main__":
    program()
