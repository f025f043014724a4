/// The length of a text as its limits count it.
package enum TextLength {
    /// Unicode scalars: the same number as `char_length` in PostgreSQL, so the page, the door and the table agree.
    ///
    /// Not `String.count`: a grapheme can hold any number of scalars, so one “character” could be a megabyte.
    package static func count(_ text: String) -> Int {
        text.unicodeScalars.count
    }

    /// The whole text, or so many scalars of it and an ellipsis.
    package static func beginning(of text: String, atMost limit: Int) -> String {
        let scalars = text.unicodeScalars
        return scalars.count <= limit ? text : String(String.UnicodeScalarView(scalars.prefix(limit))) + "…"
    }
}
