/// The length of a text as its limits count it.
package enum TextLength {
    /// Unicode scalars: the same number as `char_length` in PostgreSQL, so the page, the door and the table agree.
    ///
    /// Not `String.count`: a grapheme can hold any number of scalars, so one “character” could be a megabyte.
    package static func count(_ text: String) -> Int {
        text.unicodeScalars.count
    }
}
