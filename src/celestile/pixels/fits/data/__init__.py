"""The values of the arrays in a file: mapped, read or decoded."""
