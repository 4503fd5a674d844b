"""The report that an office has to write, from a scorecard: Word, HTML and PDF, in Vietnamese and English.

``content`` turns scorecards into plain data, the same for every form; ``docx`` fills a Word template that the office
can change, ``html`` a page, ``pdf`` lets LibreOffice print the Word file. Nothing is scored here.
"""
