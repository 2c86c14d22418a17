"""Archives and array files, unpacked once into the project's folder as picture files that everything else reads."""
