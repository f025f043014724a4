import Foundation
import Participation
import Postgres
import Synchronization
import Text

/// A consultation from its draft to its result, with everything that belongs to it.
extension Demo {
    private final class Progress: Sendable {
        private let state = Mutex<Asked?>(nil)
        var asked: Asked? {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    /// A consultation as far as it has come.
    struct Asked: Sendable {
        let number: String
        let edition: Int
        var submissions: [Int: Int] = [:]
        /// The letter that asks units about it.
        var letter: Int?
    }

    func steps(of consultation: DemoPlan.Consultation) -> [DemoStep] {
        let file = consultation.file
        let progress = Progress()
        func step(_ day: Int, _ hour: Int, _ minute: Int = 0, _ play: @escaping @Sendable (Asked) async throws -> Asked)
            -> DemoStep
        {
            DemoStep(moment: moment(day: min(day, -1), hour: hour, minute: minute)) {
                guard let asked = progress.asked else { throw Broken(description: "\(file) was not prepared.") }
                progress.asked = try await play(asked)
            }
        }
        var steps = [
            DemoStep(moment: moment(day: min(consultation.opens - 2, -1), hour: 10)) {
                progress.asked = try await self.prepare(consultation)
            },
            step(consultation.opens - 1, 15) { asked in
                try await self.announce(asked)
                return asked
            },
        ]
        for (index, comment) in consultation.comments.enumerated() {
            steps.append(
                step(comment.day, 15 + index % 6, 7 * index % 60) { asked in
                    try await self.send(comment, index: index, to: asked, of: consultation)
                })
            if comment.screen != nil || comment.outcome != nil {
                steps.append(
                    step(consultation.closes < 0 ? consultation.closes + 2 : -1, 22, index) { asked in
                        try await self.settle(comment, index: index, in: asked)
                        return asked
                    })
            }
        }
        if let letter = consultation.letter {
            steps.append(
                step(letter.day, 9) { asked in
                    var asked = asked
                    asked.letter = try await self.send(letter, dueOn: self.today.adding(days: letter.due), of: asked)
                    return asked
                })
            for reply in letter.replies {
                steps.append(
                    step(reply.day, 10) { asked in
                        if let id = asked.letter {
                            try await self.reply(reply, to: id, arrivedOn: self.today.adding(days: reply.day))
                        }
                        return asked
                    })
            }
        }
        for view in consultation.views ?? [] {
            steps.append(
                step(view.day, 9, 30) { asked in
                    if let id = asked.submissions[view.comment - 1] { try await self.ask(view, about: id) }
                    return asked
                })
            if let answered = view.answered {
                steps.append(
                    step(answered, 16) { asked in
                        if let id = asked.submissions[view.comment - 1] { try await self.answer(view, about: id) }
                        return asked
                    })
            }
        }
        if let published = consultation.published {
            steps.append(
                step(published, 16) { asked in
                    try await self.publishResult(asked, nextStep: consultation.next_step)
                    return asked
                })
        }
        for meeting in consultation.gatherings ?? [] {
            steps += self.steps(of: meeting) {
                guard let asked = progress.asked else { throw Broken(description: "\(file) was not prepared.") }
                return asked.number
            }
        }
        for later in consultation.editions ?? [] {
            steps.append(
                step(later.day, 11) { asked in
                    try await self.revise(asked, as: later, comments: consultation.comments)
                    return asked
                })
        }
        return steps
    }

    private func prepare(_ consultation: DemoPlan.Consultation) async throws -> Asked {
        let organiser = try await cast.office(.organiser)
        let title = consultation.title.replacing("（征求意见稿）", with: "")
        let edition =
            consultation.file.hasSuffix(".txt")
            ? try await importText(
                consultation.file, title: title, field: consultation.field ?? "", unit: consultation.unit)
            : try await importDirectory(consultation.file, title: title, unit: consultation.unit).editionID
        let number = try await {
            let setting = try await pools.staff.read(as: organiser.databaseActor) { tx in
                try ProcedurePlan.Setting.load(unitIDs: organiser.unitsToOrganise, tx)
            }
            var input = ProcedurePlan.Input()
            input.title = consultation.title
            input.unitID = try await unit(consultation.unit).id
            input.editionID = edition
            input.ruleID = setting.rules.first { $0.code == consultation.rule ?? "directory" }?.id
            input.legalBasis = "《龙川县全面推进基层政务公开标准化规范化工作实施方案》（龙府办〔2020〕58号）"
            input.explanatoryNote = consultation.note
            input.opensAt = today.adding(days: consultation.opens).description
            input.closesAt = today.adding(days: consultation.closes).description
            input.contactAddress = "龙川县老隆镇（演示地址）"
            input.contactPostcode = "517300"
            input.commentsShown = consultation.comments_shown ?? false
            input.revisionDueOn = today.adding(days: consultation.closes + 7).description
            input.publicationDueOn = today.adding(days: consultation.closes + 14).description
            input.resultDueOn = today.adding(days: consultation.closes + 14).description
            return try await SaveProcedure(try ProcedurePlan(input, in: setting)).create(
                in: pools.staff, as: organiser.databaseActor)
        }()
        return Asked(number: number, edition: edition)
    }

    private func announce(_ asked: Asked) async throws {
        let organiser = try await cast.office(.organiser)
        let made = try await PrepareClearance(asked.number).announcement(
            in: pools.staff, as: organiser.databaseActor)
        for id in [made.draft, made.notice] { try await clear(id) }
        try await Clearance.publish(made.notice, in: pools.staff, as: organiser.databaseActor)
    }

    /// Secrecy review and approval by a second person.
    func clear(_ id: Int) async throws {
        let reviewer = try await cast.office(.secrecyReviewer).databaseActor
        try await Clearance.review(
            id, version: try await version(of: id, as: reviewer), passed: true, note: "不涉及国家秘密、商业秘密和个人隐私。",
            attribute: .proactive, in: pools.staff, as: reviewer)
        let approver = try await cast.office(.approver).databaseActor
        try await Clearance.approve(
            id, version: try await version(of: id, as: approver), granted: true, note: "同意。", in: pools.staff,
            as: approver)
    }

    /// As a person reads it.
    private func version(of clearance: Int, as actor: DatabaseActor) async throws -> Int {
        try await pools.staff.read(as: actor) { try $0.one(Clearance.with(id: clearance), as: Clearance.self) }.version
    }

    func importDirectory(_ file: String, title: String, unit code: String) async throws
        -> ImportDirectory.Imported
    {
        let sheet = try DirectorySheet(reading: try bytes("\(directories)/\(file)"))
        let field = title.replacing("领域政务公开事项标准目录", with: "")
        return try await ImportDirectory(
            sheet, as: .draft(title: title, field: field, unitID: try await unit(code).id), sourceName: file)(
                in: pools.staff, as: try await cast.office(.organiser).databaseActor)
    }

    /// A text in clauses, as somebody would paste it.
    /// - Returns: its first edition.
    private func importText(_ file: String, title: String, field: String, unit code: String) async throws -> Int {
        let words = String(decoding: try bytes("\(folder)/texts/\(file)"), as: UTF8.self)
        return try await ImportText(
            try TextSheet(reading: words), as: .draft(title: title, field: field, unitID: try await unit(code).id),
            sourceName: file, key: UUID())(
                in: pools.staff, as: try await cast.office(.organiser).databaseActor
            ).editionID
    }
}
