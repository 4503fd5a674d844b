"""Parts of the benchmark. Each has ``measure(quick, cores)``, runs as a process and returns plain figures."""
