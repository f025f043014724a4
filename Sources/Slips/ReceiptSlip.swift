/// What stands on a receipt. All words are given by the caller, in the language of the reader.
package struct ReceiptSlip: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        package var label: String
        package var value: String
        /// For numbers and codes that people copy sign by sign.
        package var monospaced: Bool

        package init(_ label: String, _ value: String, monospaced: Bool = false) {
            (self.label, self.value, self.monospaced) = (label, value, monospaced)
        }
    }

    /// Small, above the title: the name of the site.
    package var masthead: String
    package var title: String
    /// One or two short lines in the round stamp: `已收到`, `11.28`.
    package var stamp: [String]
    package var rows: [Row]
    /// What the QR code says, usually an address; nil for none.
    package var qr: String?
    package var qrCaption: String
    /// Lines at the bottom, left of the code.
    package var footer: [String]

    package init(
        masthead: String = "", title: String, stamp: [String], rows: [Row], qr: String? = nil, qrCaption: String = "",
        footer: [String] = []
    ) {
        (self.masthead, self.title, self.stamp, self.rows) = (masthead, title, stamp, rows)
        (self.qr, self.qrCaption, self.footer) = (qr, qrCaption, footer)
    }
}
