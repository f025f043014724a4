import Participation
import Postgres

extension Demo {
    /// Works on the next edition on screen, links its changes to the comments behind them, and puts it before the public.
    func revise(_ asked: Asked, as plan: DemoPlan.Edition, comments: [DemoPlan.Comment]) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        guard let stage = Edition.Stage(rawValue: plan.stage) else {
            throw Broken(description: "There is no stage \(plan.stage).")
        }
        let draft = try await pools.staff.read(as: organiser) {
            try $0.one(Edition.with(id: asked.edition), as: Edition.self).draftID
        }
        let made = try await BeginEdition(of: draft, stage: stage, note: plan.note)(in: pools.staff, as: organiser)
        if let cells = plan.all { try await reword(everyRowOf: made, cells, as: organiser) }
        for change in plan.changes {
            try await play(change, in: made, comments: comments.map(\.text), as: organiser)
        }
        let clearance = try await PrepareClearance(asked.number).revision(
            edition: made, in: pools.staff, as: organiser)
        try await clear(clearance)
        try await Clearance.publish(clearance, in: pools.staff, as: organiser)
    }

    private func reword(everyRowOf edition: Int, _ cells: [String: String], as organiser: DatabaseActor) async throws {
        let passages = try await pools.staff.read(as: organiser) {
            try $0.all(Passage.of(edition: edition), as: Passage.self)
        }
        for passage in passages {
            let words = try Self.reworded(passage.cells, cells)
            _ = try await ChangePassage(passage.id, version: passage.version).save(
                words, in: pools.staff, as: organiser)
        }
    }

    private static func reworded(_ words: PassageCells, _ cells: [String: String]) throws -> PassageCells {
        var words = words
        for (column, text) in cells {
            guard let column = DirectoryColumn(rawValue: column) else {
                throw Broken(description: "There is no column \(column).")
            }
            words[column] = text
        }
        return words
    }

    private func play(
        _ change: DemoPlan.Change, in edition: Int, comments: [String], as organiser: DatabaseActor
    ) async throws {
        let passages = try await pools.staff.read(as: organiser) {
            try $0.all(Passage.of(edition: edition), as: Passage.self)
        }
        func row(_ number: Int) throws -> Passage {
            guard let found = passages.first(where: { $0.number == String(number) }) else {
                throw Broken(description: "The edition has no row \(number).")
            }
            return found
        }
        let it = try row(change.row)
        let act = ChangePassage(it.id, version: it.version)
        if change.drop == true {
            let origins = try await PassageFile.load(it.id, in: pools.staff, as: organiser).origins
            try await act.drop(in: pools.staff, as: organiser)
            for origin in origins { try await link(origin.id, change, comments, as: organiser) }
            return
        }
        if let after = change.after { try await act.move(after: try row(after).id, in: pools.staff, as: organiser) }
        if let contents = change.split {
            let parts = contents.map { content in
                var cells = it.cells
                cells[.contentElements] = content
                return cells
            }
            try await act.split(into: parts, in: pools.staff, as: organiser)
        } else if let cells = change.cells {
            _ = try await act.save(try Self.reworded(it.cells, cells), in: pools.staff, as: organiser)
        }
        try await link(it.id, change, comments, as: organiser)
    }

    private func link(
        _ passage: Int, _ change: DemoPlan.Change, _ comments: [String], as organiser: DatabaseActor
    ) async throws {
        let texts = (change.comments ?? []).compactMap { comments.indices.contains($0 - 1) ? comments[$0 - 1] : nil }
        let file = try await PassageFile.load(passage, .init(showsAll: true), in: pools.staff, as: organiser)
        guard let edition = file.changedIn, !texts.isEmpty else { return }
        let ids = file.opinions.filter { texts.contains($0.body) }.map(\.id)
        try await LinkOpinions(passage: passage, edition: edition.id)(
            shown: ids, chosen: Set(ids), in: pools.staff, as: organiser)
    }
}
