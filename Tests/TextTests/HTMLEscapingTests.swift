import Testing
import Text

@Suite struct HTMLEscapingTests {
    @Test func escapesTheFive() {
        #expect(
            HTMLEscaping.escape(#"<a href="x" title='y'>&</a>"#)
                == "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;")
        #expect(HTMLEscaping.escape("二十个工作日太长") == "二十个工作日太长")
        #expect(HTMLEscaping.escape("") == "")
    }

    /// A quote and a combining mark are one `Character`, which equals no quote.
    @Test(arguments: ["\"", "'", "<", ">", "&"])
    func escapesUnderACombiningMark(_ sign: String) {
        let escaped = HTMLEscaping.escape("\(sign)\u{301} onmouseover=x \(sign)\u{FE0F}\u{20E3}")
        #expect(!escaped.utf8.dropFirst(0).contains(where: { sign.utf8.first == $0 && sign != "&" }))
        #expect(escaped.utf8.count { $0 == UInt8(ascii: "&") } == 2)
        #expect(escaped.unicodeScalars.contains("\u{301}"))
    }

    @Test func replacesControls() {
        #expect(HTMLEscaping.escape("a\0b\u{1B}c\u{8}") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}")
        #expect(HTMLEscaping.escape("a\tb\r\nc\nd") == "a\tb\r\nc\nd")
    }
}
