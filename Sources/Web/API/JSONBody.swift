import HTTPTypes
import Hummingbird
import Participation
import Text

/// The JSON object that a program has sent.
struct JSONBody: Sendable {
    let members: [JSONValue.Member]

    /// - Throws: a `Problem` for what is no JSON object, or does not come as one.
    init(_ request: Request, _ texts: Texts) async throws {
        guard request.headers[.contentLength] != nil else { throw Problem(.lengthRequired, .lengthRequired) }
        guard HeaderParameters(request.headers[.contentType] ?? "").value == "application/json" else {
            throw Problem(.unsupportedMediaType, .unsupportedType, text: texts["api.json_only"])
        }
        try self.init(Array(try await request.body.collect(upTo: BodyLimits.standard).readableBytesView), texts)
    }

    init(_ bytes: [UInt8], _ texts: Texts) throws {
        func refused(_ text: String) -> Problem { Problem(.badRequest, .badRequest, text: text) }
        let value: JSONValue
        do throws(JSONReader.Fault) {
            value = try JSONReader.read(bytes)
        } catch {
            switch error {
            case .encoding: throw Problem(.badRequest, .encoding)
            case .syntax(let byte): throw refused(texts["api.syntax", ["position": byte]])
            case .tooDeep: throw refused(texts["api.too_deep", ["limit": JSONReader.deepest]])
            case .duplicate(let name): throw refused(texts["api.duplicate", ["name": Self.cut(name)]])
            }
        }
        guard case .object(let members) = value else { throw refused(texts["api.no_object"]) }
        self.members = members
    }

    /// Reads every member, and gathers what is wrong with them.
    /// - Parameter read: takes a member over; says as a key below `api.members` what it should have been, if it is not that.
    func faults(_ texts: Texts, _ read: (JSONValue.Member) -> String?) -> FormErrors {
        var errors = FormErrors()
        // Twenty say enough: a body of nothing else would make an answer many times its size.
        for member in members where errors.items.count < 20 {
            if let wanted = read(member) {
                let name = Self.cut(member.name)
                errors.add(name, texts["api.members.\(wanted)", ["name": name]])
            }
        }
        return errors
    }

    /// A name that somebody else made up, as far as it is worth repeating.
    private static func cut(_ name: String) -> String { String(name.unicodeScalars.prefix(40)) }
}
