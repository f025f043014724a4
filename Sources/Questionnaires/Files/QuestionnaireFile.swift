import Documents

/// A questionnaire that somebody made elsewhere: our own YAML, a survey of LimeSurvey (.lss), or an XLSForm (.xlsx), whichever the file
/// really is.
package struct QuestionnaireFile: Sendable {
    package enum Format: String, Sendable { case yaml, limeSurvey, xlsForm }

    package let format: Format
    package let questionnaire: Questionnaire
    /// In the order in which the file has it.
    package let unsupported: [Unsupported]

    /// What the file has and a questionnaire here cannot, by its name and place.
    package struct Unsupported: Sendable, Equatable, Codable {
        package enum What: String, Sendable, Codable, CaseIterable {
            /// The kind of question; it is left out.
            case question
            /// Part of a question that is taken without it.
            case part
            /// A formula that this language does not say; what it decided is always shown, accepted, or left out.
            case formula
            /// Something said of the whole, or of a quota or group.
            case setting
            /// Texts in another language than the first.
            case language
            /// Questions that are asked again for each member; they are asked once.
            case repetition
            /// Taken under another code; the file's is the detail.
            case code
            /// A word of the file that means nothing here.
            case unknown
            case quota
        }

        package let what: What
        package let place: String
        package let detail: String

        package init(_ what: What, at place: String, _ detail: String) {
            (self.what, self.place, self.detail) = (what, place, Self.shortened(detail))
        }

        /// In a list nobody reads more of one thing.
        static func shortened(_ detail: String) -> String {
            detail.unicodeScalars.count <= 300 ? detail : String(detail.unicodeScalars.prefix(300)) + "…"
        }
    }

    package enum Fault: Error, Sendable, Equatable {
        /// Bytes.
        case tooLarge(limit: Int)
        /// Neither YAML nor an .lss nor an XLSForm.
        case unknownFormat
        /// With what its reader says, in at most 200 characters.
        case unreadable(String)
        case document(DocumentFault)
        /// A small file unfolds into a huge one with them.
        case aliases
        case tooDeep
        case tooMany(limit: Int)
        case notUTF8

        /// The first line of what a reader says: more may quote the whole file.
        static func reader(_ words: String) -> Fault {
            .unreadable(String(words.prefix { !$0.isNewline }.unicodeScalars.prefix(200)))
        }
    }

    package static let mostBytes = 5 * 1024 * 1024

    /// - Throws: `Fault`.
    package init(reading bytes: [UInt8]) throws(Fault) {
        guard bytes.count <= Self.mostBytes else { throw .tooLarge(limit: Self.mostBytes) }
        var taken = TakenQuestionnaire()
        if bytes.starts(with: [0x50, 0x4B]) {
            format = .xlsForm
            var form = try XLSFormReader(bytes)
            taken = form.read()
        } else if Self.firstByte(bytes) == UInt8(ascii: "<") {
            format = .limeSurvey
            var survey = LimeSurveyReader(try LimeSurveyTables(bytes))
            taken = try survey.read()
        } else {
            format = .yaml
            taken = try QuestionnaireYAML.read(bytes)
        }
        // Whatever else is wrong with it can be put right here. What is far too large cannot even be shown, or checked.
        if let limit = QuestionnaireCheck.limit(exceededBy: taken.questionnaire) { throw .tooMany(limit: limit) }
        // What was written here comes back as it was.
        questionnaire = format == .yaml ? taken.questionnaire : taken.questionnaire.withOptionsInLines
        unsupported = taken.unsupported
    }

    private static func firstByte(_ bytes: [UInt8]) -> UInt8? {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        return bytes.dropFirst(start).first { $0 > 0x20 }
    }
}

extension Questionnaire {
    /// With each option and label in one line: other programs break them, the builder's forms have one a line.
    fileprivate var withOptionsInLines: Questionnaire {
        var it = self
        for page in it.pages.indices {
            for group in it.pages[page].groups.indices {
                for question in it.pages[page].groups[group].questions.indices {
                    it.pages[page].groups[group].questions[question].kind.putOptionsInLines()
                }
            }
        }
        return it
    }
}

extension Question.Kind {
    fileprivate mutating func putOptionsInLines() {
        func inLines(_ options: [Question.Option]) -> [Question.Option] {
            options.map {
                var option = $0
                option.text = OptionLines.inLine(option.text)
                return option
            }
        }
        options = inLines(options)
        columns = inLines(columns)
        if case .scale(var it) = self {
            it.labels = it.labels.map(OptionLines.inLine)
            self = .scale(it)
        }
    }
}

/// What a reader has taken so far.
struct TakenQuestionnaire {
    var questionnaire = Questionnaire()
    var unsupported: [QuestionnaireFile.Unsupported] = []

    mutating func list(_ what: QuestionnaireFile.Unsupported.What, at place: String, _ detail: String) {
        unsupported.append(.init(what, at: place, detail))
    }
}
