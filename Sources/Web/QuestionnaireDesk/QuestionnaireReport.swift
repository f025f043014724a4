import Documents
import Foundation
import Questionnaires

/// What a file holds, before anything is made of it: what the page of the import shows, as `minyi import questionnaire` prints it.
package struct QuestionnaireReport: Encodable, Sendable {
    /// What the file has and the questionnaire has not.
    package struct Loss: Encodable, Sendable {
        let what: QuestionnaireFile.Unsupported.What
        /// By the names of the file.
        let place: String
        let detail: String
        /// All of it in words, with the place.
        let sentence: String
    }

    /// What is to be put right before it can be opened.
    package struct Fault: Encodable, Sendable {
        let code: String
        /// The codes on the way to it.
        let place: String
        /// What the sentence names.
        let names: [String: String]
        /// All of it in words, with the place.
        let sentence: String
    }

    let format: String
    let title: String
    /// By the name of their kind.
    let questions: [String: Int]
    let pages: Int
    let conditions: Int
    let computed: Int
    let quotas: Int
    package let unsupported: [Loss]
    let faults: [Fault]
    /// Of what was made of it; nil while nothing was.
    package var number: String?

    private let content: Questionnaire
    private let texts: Texts

    private enum CodingKeys: String, CodingKey {
        case format, title, questions, pages, conditions, computed, quotas, unsupported, faults, number
    }

    /// - Parameter title: what it will be called; empty for what the file calls it.
    package init(_ file: QuestionnaireFile, title: String, _ texts: Texts) {
        var content = file.questionnaire
        if !title.isEmpty { content.title = title }
        (self.content, self.texts) = (content, texts)
        (format, self.title) = (file.format.rawValue, content.title)
        questions = Dictionary(content.questions.map { ($0.kind.name, 1) }, uniquingKeysWith: +)
        (pages, conditions) = (content.pages.count, content.conditionCount)
        (computed, quotas) = (content.computed.count, content.quotas.count)
        unsupported = file.unsupported.map { lost in
            Loss(
                what: lost.what, place: lost.place, detail: lost.detail,
                sentence: texts.line(texts.place(lost), texts.sentence(lost)))
        }
        faults = QuestionnaireCheck(content).faults.filter { $0.severity == .error }.map { fault in
            let place = fault.isOfWhole ? texts["builder.import.everywhere"] : texts.way(to: fault.place, in: content)
            return Fault(
                code: fault.key, place: fault.place.words, names: fault.parameters,
                sentence: texts.line(place, texts.sentence(fault)))
        }
    }

    package var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            // The encoder leaves what steers a terminal beyond ASCII as it is.
            return String(decoding: try encoder.encode(self), as: UTF8.self).unicodeScalars.map { scalar in
                (0x7F...0x9F).contains(scalar.value)
                    ? "\\u00" + String(scalar.value, radix: 16) : String(Character(scalar))
            }.joined()
        }
    }

    package var text: String {
        var lines = ["\(title) (\(format))", texts.taken(content)]
        for form in Question.Kind.Form.allCases {
            let count = content.questions.count { $0.kind.form == form }
            if count > 0 { lines.append("  " + texts["builder.kinds.\(form.rawValue)"] + "  \(count)") }
        }
        if unsupported.isEmpty {
            lines.append(texts["builder.import.whole"])
        } else {
            lines.append(texts["builder.import.unsupported", ["count": unsupported.count]])
        }
        lines += unsupported.map { "  " + $0.sentence }
        if !faults.isEmpty { lines.append(texts["builder.import.faults", ["count": faults.count]]) }
        lines += faults.map { "  " + $0.sentence }
        if let number { lines.append(texts["builder.import.saved", ["number": number]]) }
        return lines.map(\.withoutControls).joined(separator: "\n")
    }
}

extension Texts {
    /// What was read, counted.
    func taken(_ content: Questionnaire) -> String {
        let questions = content.questions
        return self[
            "builder.import.taken",
            [
                "count": questions.count(where: \.isAsked), "texts": questions.count { !$0.isAsked },
                "pages": content.pages.count,
                "conditions": content.conditionCount, "computed": content.computed.count,
                "quotas": content.quotas.count,
            ]]
    }

    func place(_ lost: QuestionnaireFile.Unsupported) -> String {
        lost.place.isEmpty ? self["builder.import.everywhere"] : lost.place
    }

    func sentence(_ lost: QuestionnaireFile.Unsupported) -> String {
        self["builder.import.lost.\(lost.what.rawValue)", ["detail": lost.detail]]
    }

    /// Why nothing is taken of a file.
    package func sentence(_ fault: QuestionnaireFile.Fault) -> String {
        let reason =
            switch fault {
            case .tooLarge(let limit): self["builder.import.too_large", ["most": limit / 1_048_576]]
            case .unknownFormat: self["builder.import.unknown_format"]
            case .unreadable(let reason): self["builder.import.unreadable", ["reason": reason]]
            case .document(.definitions): self["builder.import.definitions"]
            case .document: self["builder.import.document"]
            case .aliases: self["builder.import.aliases"]
            case .tooDeep: self["builder.import.too_deep"]
            case .tooMany(let limit): self["builder.import.too_many", ["most": limit]]
            case .notUTF8: self["builder.import.not_utf8"]
            }
        return self["builder.errors.file_refused", ["reason": reason]]
    }

    fileprivate func line(_ place: String, _ sentence: String) -> String {
        self["builder.import.line", ["place": place, "sentence": sentence]]
    }
}

extension String {
    /// What a file holds may steer no terminal.
    package var withoutControls: String {
        String(
            String.UnicodeScalarView(unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }))
    }
}
