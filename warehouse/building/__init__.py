"""From the lake to checked tables: the models under `transforms/`, what they are given and what they must fulfil."""
