import Participation
import Postgres
import Questionnaires

extension CrossPart {
    /// The cross-table that an address asks for.
    struct Asked: Sendable {
        var rows = ""
        var columns = ""
        var layers = ""
        /// `question:option`.
        var only: [String] = []
        /// The form was sent, even if nothing was chosen in it.
        var isSent = false

        /// Why there is no table.
        enum Fault: String, Error {
            /// Not two or three different questions.
            case two
            /// A condition that there is no more: a class of numbers that has become another, since so few are in it.
            case gone
            case tooLarge = "too_large"

            func text(_ texts: Texts) -> String {
                texts["questionnaire_results.cross.errors.\(rawValue)", ["number": CrossTable.mostCells]]
            }
        }
    }
}

extension CrossPart.Asked {
    init(_ query: FormData) {
        (rows, columns, layers) = (query.string("rows"), query.string("columns"), query.string("layers"))
        only = query.strings("only").filter { !$0.isEmpty }
        isSent = query.has("rows") || query.has("columns")
    }

    /// The query that asks for it again.
    var query: String {
        ([("rows", rows), ("columns", columns), ("layers", layers)] + only.map { ("only", $0) })
            .filter { !$0.1.isEmpty }.map { "\($0.0)=\(URLEncodedFields.encode($0.1))" }.joined(separator: "&")
    }

    /// - Throws: `Fault`.
    func table(of source: ResultSource, among axes: [CrossTable.Axis], _ tx: borrowing Session) throws -> CrossTable {
        guard let table = try question(among: axes).table(of: source.id, smallest: source.smallestShown, tx) else {
            throw Fault.tooLarge
        }
        return table
    }

    private func question(among axes: [CrossTable.Axis]) throws -> CrossQuestion {
        func axis(_ code: String) -> CrossTable.Axis? { axes.first { $0.code == code } }
        guard let rows = axis(rows), let columns = axis(columns), rows != columns else { throw Fault.two }
        let layers = axis(layers)
        guard layers == nil ? self.layers.isEmpty : layers != rows && layers != columns else { throw Fault.two }
        let marks = try only.flatMap { text -> [Tally.Mark] in
            guard let colon = text.firstIndex(of: ":"), let axis = axis(String(text[..<colon])) else {
                throw Fault.gone
            }
            let option = String(text[text.index(after: colon)...])
            guard axis.options.contains(option) else { throw Fault.gone }
            return axis.marks(of: option)
        }
        return CrossQuestion(rows: rows, columns: columns, layers: layers, only: marks)
    }

    /// Everything that sheets can be asked to have, with what is chosen.
    func groups(_ axes: [CrossTable.Axis], _ questions: [AskedQuestion], _ words: ResultWords) -> [CrossPart.Group] {
        axes.map { axis in
            CrossPart.Group(
                label: words.axis(axis, questions),
                choices: axis.options.map { option in
                    Choice(
                        value: "\(axis.code):\(option)", text: words.option(option, of: axis, questions),
                        chosen: only.contains("\(axis.code):\(option)"))
                })
        }
    }
}
