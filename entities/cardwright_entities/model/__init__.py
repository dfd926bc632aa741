"""What is compiled from a catalog: typed fields over tables, built on first use."""
