/// One question, or a text between questions.
package struct Question: Codable, Sendable, Equatable {
    package var code: String
    /// Plain text; `{code}` repeats what was answered to an earlier question or was computed.
    package var text: String
    package var hint: String
    package var kind: Kind
    package var isRequired: Bool
    /// An expression; nil or "" always shows it.
    package var condition: String?
    /// Must hold for an answer that is not empty; otherwise `message` stands beside the field.
    package var validation: Validation?
    /// What stands in the field at first.
    package var initial: Answer?

    package init(
        code: String, text: String = "", hint: String = "", kind: Kind, isRequired: Bool = false,
        condition: String? = nil, validation: Validation? = nil, initial: Answer? = nil
    ) {
        (self.code, self.text, self.hint, self.kind) = (code, text, hint, kind)
        (self.isRequired, self.condition) = (isRequired, condition)
        (self.validation, self.initial) = (validation, initial)
    }

    /// Somebody is to answer it: it is no text between questions.
    package var isAsked: Bool { kind != .information }

    package struct Validation: Codable, Sendable, Equatable {
        package var expression: String
        package var message: String

        package init(expression: String, message: String) { (self.expression, self.message) = (expression, message) }
    }

    package enum Kind: Codable, Sendable, Equatable {
        /// 单选.
        case single(Single)
        /// 多选.
        case multiple(Multiple)
        /// 是否.
        case yesNo
        /// 矩阵: the same for several rows.
        case matrix(Matrix)
        /// 评分、量表: whole numbers between two ends.
        case scale(Scale)
        /// 排序.
        case ranking(Ranking)
        case number(Number)
        case text(Text)
        /// ISO 8601 days.
        case date(Days)
        /// A unit or town of the county, by the number it has there.
        case unit(Register)
        /// 附件.
        case file(Files)
        /// 说明: no answer.
        case information
    }

    package struct Option: Codable, Sendable, Equatable {
        package var code: String
        package var text: String
        /// Chosen, it leaves no room for others ("none of these").
        package var isExclusive: Bool
        package var condition: String?

        package init(code: String, text: String, isExclusive: Bool = false, condition: String? = nil) {
            (self.code, self.text, self.isExclusive, self.condition) = (code, text, isExclusive, condition)
        }
    }

    package struct Single: Codable, Sendable, Equatable {
        package var options: [Option]
        package var isDropDown: Bool
        /// The words beside a field for something else; nil without one.
        package var other: String?
        /// The words beside a field for a comment on the choice; nil without one.
        package var comment: String?
        package var isShuffled: Bool

        package init(
            options: [Option], isDropDown: Bool = false, other: String? = nil, comment: String? = nil,
            isShuffled: Bool = false
        ) {
            (self.options, self.isDropDown) = (options, isDropDown)
            (self.other, self.comment, self.isShuffled) = (other, comment, isShuffled)
        }
    }

    package struct Multiple: Codable, Sendable, Equatable {
        package var options: [Option]
        package var least: Int?
        package var most: Int?
        package var other: String?
        /// The words beside a field for a comment at each option; nil without one.
        package var comment: String?
        package var isShuffled: Bool

        package init(
            options: [Option], least: Int? = nil, most: Int? = nil, other: String? = nil, comment: String? = nil,
            isShuffled: Bool = false
        ) {
            (self.options, self.least, self.most) = (options, least, most)
            (self.other, self.comment, self.isShuffled) = (other, comment, isShuffled)
        }
    }

    package struct Matrix: Codable, Sendable, Equatable {
        package enum Cell: Codable, Sendable, Equatable {
            /// One column a row.
            case single
            /// Any columns a row.
            case multiple
            /// A number in each cell of row and column.
            case number(Number)
            /// A short text in each cell; `most` is in Unicode scalars.
            case text(most: Int)

            package static let mostWords = 100
        }

        package var rows: [Option]
        package var columns: [Option]
        package var cell: Cell
        package var isShuffled: Bool

        package init(rows: [Option], columns: [Option], cell: Cell = .single, isShuffled: Bool = false) {
            (self.rows, self.columns, self.cell, self.isShuffled) = (rows, columns, cell, isShuffled)
        }
    }

    package struct Scale: Codable, Sendable, Equatable {
        package enum Appearance: String, Codable, Sendable, CaseIterable { case numbers, stars }

        package var from: Int
        package var to: Int
        package var appearance: Appearance
        /// One word a step, or one at each end, or none.
        package var labels: [String]

        package init(from: Int = 1, to: Int = 5, appearance: Appearance = .numbers, labels: [String] = []) {
            (self.from, self.to, self.appearance, self.labels) = (from, to, appearance, labels)
        }

        /// The numbers from one end to the other; no more than 101 of a scale that is not sound.
        package var steps: [Int] {
            let (last, overflow) = from.addingReportingOverflow(100)
            return Array(from...max(from, overflow ? to : min(to, last)))
        }

        /// The words of a step: its own, or those of the end that it is.
        package func label(of step: Int) -> String? {
            if labels.count == steps.count { return labels.indices.contains(step - from) ? labels[step - from] : nil }
            guard labels.count == 2 else { return nil }
            return step == from ? labels.first : step == to ? labels.last : nil
        }
    }

    package struct Ranking: Codable, Sendable, Equatable {
        package var options: [Option]
        /// How many places are given; nil for all.
        package var most: Int?
        package var isShuffled: Bool

        package init(options: [Option], most: Int? = nil, isShuffled: Bool = false) {
            (self.options, self.most, self.isShuffled) = (options, most, isShuffled)
        }

        /// How many places there are to give; no more than options, also where it is not sound.
        package var places: Int { min(most ?? options.count, options.count) }
    }

    package struct Number: Codable, Sendable, Equatable {
        package var least: Double?
        package var most: Double?
        /// Digits after the point, 0 to 6.
        package var decimals: Int
        package var unit: String

        package init(least: Double? = nil, most: Double? = nil, decimals: Int = 0, unit: String = "") {
            (self.least, self.most, self.decimals, self.unit) = (least, most, decimals, unit)
        }
    }

    package struct Text: Codable, Sendable, Equatable {
        package var isLong: Bool
        /// Unicode scalars.
        package var most: Int

        package init(isLong: Bool = false, most: Int = 200) { (self.isLong, self.most) = (isLong, most) }
    }

    package struct Files: Codable, Sendable, Equatable {
        package var most: Int

        package init(most: Int = 1) { self.most = most }
    }

    package struct Days: Codable, Sendable, Equatable {
        package var first: String?
        package var last: String?

        package init(first: String? = nil, last: String? = nil) { (self.first, self.last) = (first, last) }
    }

    package enum Register: String, Codable, Sendable, CaseIterable {
        case units, towns

        /// A unit as people call it: they live in a town, not with its government.
        /// - Parameter name: by which it is registered.
        package func spoken(_ name: String) -> String {
            guard self == .towns, let ending = ["人民政府", "办事处"].first(where: { name.hasSuffix($0) }),
                name.count > ending.count
            else { return name }
            return String(name.dropLast(ending.count))
        }
    }
}
