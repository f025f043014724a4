import Documents
import Foundation
import Hummingbird
import Participation
import Postgres
import Questionnaires

extension WebApplication {
    /// The people of a sample, from a file or typed: what was read is shown first, a second press adds them.
    func addSampleImport(to desk: RouterGroup<MinyiContext>) {
        desk.get("questionnaires/:number/samples/:id/import") { _, context in
            let (it, sample) = try await sample(context)
            return try importing(it, sample, context)
        }
        desk.post("questionnaires/:number/samples/:id/import") { _, context in try await readList(context) }
        desk.post("questionnaires/:number/samples/:id/people") { _, context in try await takeList(context) }
    }

    private func importing(
        _ it: DeskQuestionnaire, _ sample: Sample, reading: SampleImportPage.Reading? = nil,
        errors: FormErrors = FormErrors(), _ context: MinyiContext
    ) throws -> Response {
        let staff = try context.staff
        guard it.mayHaveSamples(made: staff), sample.erasedAt == nil else {
            throw Problem.conflict(context.texts["samples.import.not_now"])
        }
        let page = SampleImportPage(
            it, sample, typed: context.form.string("people"), reading: reading, errors: errors, for: staff,
            context.texts)
        return privately(try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent))
    }

    /// A file, or what was typed: whichever is there. Of two lists neither is dropped in silence.
    private func readList(_ context: MinyiContext) async throws -> Response {
        let (it, sample) = try await sample(context)
        let (texts, actor) = (context.texts, context.actor)
        guard it.mayHaveSamples(made: try context.staff) else { throw Problem.forbidden }
        let isTyped = !context.form.string("people").allSatisfy(\.isWhitespace)
        guard let file = context.form.file("file") else {
            guard !isTyped else { return try await takeList(context) }
            return try importing(it, sample, errors: FormErrors("file", texts["samples.import.neither"]), context)
        }
        guard !isTyped else {
            return try importing(it, sample, errors: FormErrors("file", texts["samples.import.both"]), context)
        }
        do {
            let bytes = try file.bytes
            let table = try await SampleTable.read(bytes)
            let columns = table.guess()
            let list = try await FillSample(sample.id).unknown(
                table.people(columns), vault: intake.vault, in: pools.staff, as: actor)
            // One list waits for one person, encrypted as everything that it holds. Its name may be a person's: it is kept under another.
            try await FillSample.forgetLists(in: pools.staff, as: actor)
            let upload = try await SheetUpload.store(
                try intake.vault.seal(list: bytes), name: FillSample.listName, unitID: nil, in: pools.staff, as: actor)
            let reading = SampleImportPage.Reading(
                table, columns, list, upload: upload.id.uuidString.lowercased(), texts)
            return try importing(it, sample, reading: reading, context)
        } catch let refused as SampleTable.Refused {
            let errors = FormErrors("file", texts.sentence(refused))
            return try importing(it, sample, errors: errors, context)
        }
    }

    /// What was typed, or the file once more with the columns that were chosen: looked at again, or added.
    private func takeList(_ context: MinyiContext) async throws -> Response {
        let (it, sample) = try await sample(context)
        let (form, texts, actor) = (context.form, context.texts, context.actor)
        guard it.mayHaveSamples(made: try context.staff) else { throw Problem.forbidden }
        let upload = UUID(uuidString: form.string("upload"))
        do {
            let (table, columns): (SampleTable, SampleTable.Columns)
            if let upload {
                guard let file = try await SheetUpload.find(upload, in: pools.staff, as: actor) else {
                    return try importing(
                        it, sample, errors: FormErrors("file", texts["builder.errors.file_gone"]), context)
                }
                table = try await SampleTable.read(try intake.vault.open(list: file.bytes))
                func column(_ name: String) -> Int? {
                    form.int(name).flatMap { (1...max(1, table.width)).contains($0) ? $0 : nil }
                }
                columns = .init(
                    phone: column("phone") ?? table.guess().phone, name: column("name"), stratum: column("stratum"),
                    hasHeading: form.bool("heading"))
            } else {
                (table, columns) = (try await SampleTable.read(typed: form.string("people")), .typed)
            }
            let fill = FillSample(sample.id)
            let list = try await fill.unknown(table.people(columns), vault: intake.vault, in: pools.staff, as: actor)
            guard form.string("act") == "take", !list.people.isEmpty else {
                let reading = SampleImportPage.Reading(
                    table, columns, list, upload: upload?.uuidString.lowercased() ?? "", texts)
                return try importing(it, sample, reading: reading, context)
            }
            let added = try await fill(list, vault: intake.vault, in: pools.staff, as: actor)
            if upload != nil { try await FillSample.forgetLists(in: pools.staff, as: actor) }
            context.visit.flash(.done, texts["samples.import.taken", ["count": added]])
            return .seeOther("\(it.address)/samples/\(sample.id)")
        } catch let refused as SampleTable.Refused {
            let errors = FormErrors(upload == nil ? "people" : "file", texts.sentence(refused))
            return try importing(it, sample, errors: errors, context)
        }
    }
}

extension Texts {
    fileprivate func sentence(_ refused: SampleTable.Refused) -> String {
        self[
            "samples.import.refused.\(refused.rawValue)",
            ["rows": SampleTable.mostRows, "megabytes": SampleTable.mostBytes / 1_048_576]]
    }
}
