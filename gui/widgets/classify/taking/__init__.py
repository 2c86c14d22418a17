"""Taking results and models along: saved, sorted, added, exported."""
