"""From text to model, or every reason why not: files are read here and nowhere below."""
