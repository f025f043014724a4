import Documents
import Testing

@Suite struct SheetTests { @Test func letters() { #expect(Sheet.letters(28) == "AB") } }
