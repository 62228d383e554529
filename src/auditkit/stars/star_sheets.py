"""The look of the star workbook: styles, print set-up, and the sheet that explains the method."""

from auditkit.rules.star_years import StarYear


def workbook_styles(book) -> dict:
    """Give the formats of an xlsxwriter workbook by name."""
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E8EDF2"}
        ),
        "text": book.add_format({"num_format": "@"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "input": book.add_format({"bg_color": "#FFF4CC", "border": 1, "border_color": "#C9C2A5"}),
        "number": book.add_format({"num_format": "0.000000"}),
        "whole": book.add_format({"num_format": "0"}),
        "result": book.add_format({"num_format": "0.0", "bold": True, "top": 1}),
    }


def method_sheet(book, styles: dict, rules: StarYear, notes: list[str]) -> None:
    """Add the first sheet: how to read the workbook, the formulas in words, sources and their status."""
    sheet = book.add_worksheet("Method")
    sheet.set_column(0, 0, 110)
    lines = [
        f"Each sheet retraces one contract's ratings under the parameters of star year {rules.star_year}.",
        "Yellow cells are measure stars: change one and every step follows. An empty one has no star.",
        "Weighted mean = sum of weight x star / sum of weights, over the rated measures that count.",
        "Variance = n / ((n - 1) x W) x sum of weight x (star - mean) squared.",
        "Reward factor: 0.4 high mean and low variance, 0.3 high mean and medium variance, 0.2 relatively "
        "high mean and low variance, 0.1 relatively high mean and medium variance, otherwise 0; compared "
        "at six decimals.",
        "Rating = mean + reward factor + CAI, rounded to half stars (x.25 and x.75 upwards), 5 at most.",
        "Overall: without the improvement measures where that is at least 4 and higher; otherwise with "
        "them. Part C and Part D of a contract with both: with them.",
        "Sources: 42 CFR 422.166 and 423.186; Technical Notes, Attachments G and H.",
        *(
            f"{name.replace('_', ' ').capitalize()}: {source.status.replace('_', ' ')}. {source.source}."
            for name, source in rules.sources.items()
        ),
        *notes,
    ]
    sheet.write_string(0, 0, "How to read this workbook", styles["title"])
    for row, line in enumerate(lines, start=2):
        sheet.write_string(row, 0, line, styles["wrap"])
    print_setup(sheet)


def print_setup(sheet) -> None:
    """Landscape letter paper, one page wide, with the sheet's name and page number at the foot."""
    sheet.set_landscape()
    sheet.set_paper(1)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")
