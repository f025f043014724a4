import Foundation
import Participation
import Questionnaires

/// Answers to a questionnaire as if by chance, the same for the same seed. Nobody has given them; the demo says so on every page.
struct DemoSheets {
    struct Drawn: Sendable {
        let answers: Data
        let quotas: [String]
        let town: String?
        /// Those that are asked, in order.
        let pages: [String]
    }

    private let questionnaire: Questionnaire
    private let answering: Answering
    private let words: [String: [String]]
    private let towns: [Participation.Unit]
    private var random: DemoRandom

    /// - Parameter words: what people write, by question.
    init(
        _ questionnaire: Questionnaire, words: [String: [String]], towns: [Participation.Unit], seed: UInt64
    ) throws {
        (self.questionnaire, self.words, self.towns) = (questionnaire, words, towns)
        answering = try Answering(questionnaire: questionnaire, seed: seed)
        random = DemoRandom(state: seed)
    }

    /// The next sheet; drawn again where it breaks a rule of its questionnaire.
    mutating func next() throws -> Drawn {
        for _ in 0..<200 {
            var answers: Answers = [:]
            for question in questionnaire.questions {
                // Who need not answer, often does not.
                if !question.isRequired, chance(question.isWritten ? 0.8 : 0.1) { continue }
                answers[question.code] = answer(to: question)
            }
            let kept = answering.cleaned(answers).kept
            guard answering.faults(kept, page: nil).isEmpty else { continue }
            let town = kept["town"].flatMap { answer -> String? in
                guard case .text(let code) = answer else { return nil }
                return towns.first { $0.code == code }?.name
            }
            return Drawn(
                answers: kept.json(), quotas: answering.quotas(kept), town: town,
                pages: questionnaire.pages.enumerated().filter { index, page in
                    index == 0 || page.groups.contains { $0.questions.contains { kept[$0.code] != nil } }
                }.map { $1.code })
        }
        throw Demo.Broken(description: "No sheet of “\(questionnaire.title)” keeps its rules.")
    }

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

    /// Earlier ones are chosen more often.
    private mutating func choice(among count: Int) -> Int {
        min(Int(Double(count) * pow(Double.random(in: 0..<1, using: &random), 1.6)), max(0, count - 1))
    }

    private mutating func answer(to question: Question) -> Questionnaires.Answer? {
        switch question.kind {
        case .single(let it):
            return it.options.isEmpty ? nil : .choice(.option(it.options[choice(among: it.options.count)].code))
        case .multiple(let it):
            var codes: [String] = []
            for option in it.options where chance(0.4) { codes.append(option.code) }
            return codes.isEmpty ? nil : .choices(codes.map { .option($0) })
        case .yesNo: return .truth(chance(0.55))
        case .matrix(let it):
            if case .text = it.cell { return nil }
            var rows: [String: String] = [:]
            for row in it.rows where !it.columns.isEmpty {
                rows[row.code] = it.columns[choice(among: it.columns.count)].code
            }
            return .matrixChoice(rows)
        case .scale(let it): return .number(Double(it.to - choice(among: it.to - it.from + 1)))
        case .ranking(let it):
            let order = it.options.map(\.code).shuffled(using: &random)
            return .choices(order.prefix(it.most ?? order.count).map { .option($0) })
        case .number(let it):
            let least = it.least ?? 0
            return .number(least + Double(choice(among: Int(min(it.most ?? 20, least + 12) - least) + 1)))
        case .text:
            guard let said = words[question.code], !said.isEmpty else { return nil }
            return .text(said[choice(among: said.count)])
        case .unit: return towns.isEmpty ? nil : .text(towns[choice(among: towns.count)].code)
        case .date, .file, .information: return nil
        }
    }
}

extension Question {
    fileprivate var isWritten: Bool { if case .text = kind { true } else { false } }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct DemoRandom: RandomNumberGenerator {
    private var state: UInt64

    init(state: UInt64) { self.state = state }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
