import Foundation

/// The bytes over which a record's proof is computed: the same for ever, whoever computes them.
///
/// A header line, then one line a field in a fixed order, each `name:length:value` with the value's length in UTF-8 bytes (as in
/// a netstring), so that no value can pretend to be another field:
///
///     minyi-submission-v1
///     number:16:MY-2026-000127-0
///     …
///     body:15:太长，改短
///
/// Every line, the last one too, ends in `\n`. A changed list of fields is a new version with a new header. The database
/// computes the same in `canonical_form(…)`; both agree by test. Hashing is done elsewhere.
package struct CanonicalForm: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    package static let submissionHeader = "minyi-submission-v1"

    package let header: String
    package let fields: [Field]

    package init(header: String = CanonicalForm.submissionHeader, fields: [Field]) {
        (self.header, self.fields) = (header, fields)
    }

    /// A submission as version 1 has it.
    /// - Parameters:
    ///   - passage: the lineage of the passage, nil for the draft as a whole.
    ///   - receivedAt: rounded to microseconds, as the database keeps it.
    package static func submission(
        number: String, procedure: String, passage: UUID?, channel: String, receivedAt: Date, submitter: String,
        people: Int, body: String
    ) -> CanonicalForm {
        CanonicalForm(fields: [
            Field("number", number), Field("procedure", procedure),
            Field("passage", passage?.uuidString.lowercased() ?? ""), Field("channel", channel),
            Field("received", ChinaTime.utcMicroseconds(receivedAt)), Field("submitter", submitter),
            Field("people", String(people)), Field("body", body),
        ])
    }

    /// An answer sheet as version 1 has it; the database computes the same in `sheet_form(…)`.
    /// - Parameter answers: as the database writes its `jsonb`.
    package static func sheet(
        number: String, questionnaire: String, version: Int, channel: String, receivedAt: Date, answers: String
    ) -> CanonicalForm {
        CanonicalForm(
            header: "minyi-sheet-v1",
            fields: [
                Field("number", number), Field("questionnaire", questionnaire), Field("version", String(version)),
                Field("channel", channel), Field("received", ChinaTime.utcMicroseconds(receivedAt)),
                Field("answers", answers),
            ])
    }

    package var text: String {
        fields.reduce(into: header + "\n") { text, field in
            text += "\(field.name):\(field.value.utf8.count):\(field.value)\n"
        }
    }

    package var bytes: [UInt8] { Array(text.utf8) }

    /// Reads the form back, byte for byte; nil for anything that is not exactly one.
    package init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: Self.newline) else { return nil }
        guard let header = String(validating: bytes[..<end], as: UTF8.self), !header.isEmpty else { return nil }
        var fields: [Field] = []
        var rest = bytes[(end + 1)...]
        while !rest.isEmpty {
            guard let (field, after) = Self.field(at: rest) else { return nil }
            fields.append(field)
            rest = after
        }
        self.init(header: header, fields: fields)
        guard self.bytes == bytes else { return nil }
    }

    private static let newline = UInt8(ascii: "\n")

    private static func field(at rest: ArraySlice<UInt8>) -> (Field, ArraySlice<UInt8>)? {
        let parts = rest.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let name = String(validating: parts[0], as: UTF8.self), !name.isEmpty,
            let length = Int(String(decoding: parts[1], as: UTF8.self)), length >= 0, length < parts[2].count
        else { return nil }
        let value = parts[2].prefix(length)
        let after = parts[2].dropFirst(length)
        guard after.first == newline, let text = String(validating: value, as: UTF8.self) else { return nil }
        return (Field(name, text), after.dropFirst())
    }
}

extension CanonicalForm {
    package static let messageHeader = "minyi-message-v1"

    /// A message as version 1 has it; the database computes the same in `message_form(…)`.
    /// - Parameters:
    ///   - unit: the code of the unit it was addressed to; empty for none.
    ///   - concernedUnits: the codes of the units it is about, in their order, with blanks between.
    ///   - concernedPeople: whom else it is about, as typed.
    ///   - recording: the SHA-256 of the recording in hexadecimal digits; empty for none.
    ///   - files: those of the attachments in their order, with blanks between.
    package static func message(
        number: String, kind: String, channel: String, receivedAt: Date, title: String, place: String, unit: String,
        concernedUnits: String, concernedPeople: String, recording: String, files: String, body: String
    ) -> CanonicalForm {
        CanonicalForm(
            header: messageHeader,
            fields: [
                Field("number", number), Field("kind", kind), Field("channel", channel),
                Field("received", ChinaTime.utcMicroseconds(receivedAt)), Field("title", title), Field("place", place),
                Field("unit", unit), Field("concerned_units", concernedUnits),
                Field("concerned_people", concernedPeople), Field("recording", recording), Field("files", files),
                Field("body", body),
            ])
    }
}
