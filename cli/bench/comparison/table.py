"""The one table that a comparison ends in."""
from comparison.measurement import MB

HEADER = ("Case", "Tool", "Wall s", "CPU-s", "Peak MB", "Out MB", "Ours/its wall", "Ours/its CPU", "Note")


class Table:
    """Rows in Markdown; the first tool of each case is ours, the others are told as ratios to it."""

    def __init__(self):
        self.rows = []
        self.medians = {}

    def add(self, case, medians, notes):
        """Takes the medians and remarks of each tool, by name; ours comes first."""
        ours = None
        for tool, middle in medians.items():
            self.medians[case, tool] = middle
            ratios = ("", "") if ours is None else (f"{ours.wall / middle.wall:.2f}", f"{ours.cpu / middle.cpu:.2f}")
            self.rows.append(("" if ours else case, tool, f"{middle.wall:.2f}", f"{middle.cpu:.2f}", f"{middle.memory / MB:.0f}",
                              f"{middle.output / MB:.2f}" if middle.output else "", *ratios, notes.get(tool, "")))
            ours = ours or middle

    def remark(self, case, tool, text):
        """A row that has no measurement of a command."""
        self.rows.append((case, tool, "", "", "", "", "", "", text))

    def __str__(self):
        columns = [column for column in range(len(HEADER)) if any(row[column] for row in self.rows)]
        widths = {column: max(len(row[column]) for row in (HEADER, *self.rows)) for column in columns}
        left = (0, 1, len(HEADER) - 1)

        def line(cells):
            return "| " + " | ".join(cells[c].ljust(widths[c]) if c in left else cells[c].rjust(widths[c]) for c in columns) + " |"

        rule = "|" + "|".join("-" * (widths[c] + 2) if c in left else "-" * (widths[c] + 1) + ":" for c in columns) + "|"
        return "\n".join([line(HEADER), rule, *map(line, self.rows)])
