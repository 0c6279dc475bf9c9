"""What cli/bench/compare and cli/bench/large are made of."""
