"""What others do, side by side: published methods and packages from the registries."""
