import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Slips
import Text

extension WebApplication {
    /// Papers as files, poster and form: one asks for a file, a worker makes it, and it is taken when it is there.
    func addGatheringFiles(to desk: RouterGroup<MinyiContext>) {
        desk.get("hearings/:number/files") { _, context -> Response in
            let (it, categories) = try await gathering(context)
            let texts = pages.texts(.chinese)
            let address = configuration.publicURL
            let (files, formats) = try await pools.staff.read(as: context.actor) { tx in
                let files = try GatheringPrints(it, categories, site: address, texts).files(tx).map {
                    (file: $0, state: try $0.state(tx))
                }
                return (files, try Report.formats(tx))
            }
            let staff = try context.staff
            let mayAsk = staff.has(.organiser, in: [it.unitID]) || staff.has(.clerk, in: it.unitIDs)
            return try pages.render(
                GatheringFilesPage(it, files: files, formats: Set(formats), mayAsk: mayAsk, context.texts),
                in: context)
        }
        desk.post("hearings/:number/files/:kind/:format") { _, context -> Response in
            let (it, file) = try await wantedFile(context)
            try await file.ask(in: pools.staff, as: context.actor)
            return .seeOther(it.address + "/files")
        }
        desk.get("hearings/:number/files/:kind/:format") { _, context -> Response in
            let (it, file) = try await wantedFile(context)
            guard let bytes = try await file.document(in: pools.staff, as: context.actor) else {
                throw Problem.notFound
            }
            return .download(
                bytes, filename: "\(it.title) \(context.texts.name(of: file)).\(file.format.rawValue)",
                contentType: (file.format == .pdf ? FileKind.pdf : .docx).rawValue)
        }
    }

    private func wantedFile(_ context: MinyiContext) async throws -> (Gathering, GatheringFile) {
        let (it, categories) = try await gathering(context)
        let (kind, format) = (try context.text("kind"), try context.text("format"))
        let prints = GatheringPrints(it, categories, site: configuration.publicURL, pages.texts(.chinese))
        let found = try await pools.staff.read(as: context.actor) { tx in
            try prints.files(tx).first { $0.kind.rawValue == kind && $0.format.rawValue == format }
        }
        guard let found else { throw Problem.notFound }
        return (it, found)
    }
}

/// The files of one gathering with their words as they are now, in Chinese as its papers are.
private struct GatheringPrints: Sendable {
    let it: Gathering
    let categories: [GatheringCategory]
    /// The address of the site.
    let site: String
    let texts: Texts

    init(_ it: Gathering, _ categories: [GatheringCategory], site: String, _ texts: Texts) {
        (self.it, self.categories, self.site, self.texts) = (it, categories, site, texts)
    }

    /// Those that there can be now; none where nothing makes them.
    func files(_ tx: borrowing Session) throws -> [GatheringFile] {
        let formats = try Report.formats(tx)
        var files: [GatheringFile] = []
        for (kind, content) in try contents(tx) {
            for format in Report.Format.allCases where formats.contains(format) {
                files.append(try GatheringFile(of: it.id, kind, format, content, subtitle: it.unitName))
            }
        }
        guard formats.contains(.pdf) else { return files }
        // A poster leads to a page, which is there once it was announced.
        if it.state == .announced { files.append(try GatheringFile(of: it.id, .poster, try poster())) }
        if applies { files.append(try GatheringFile(of: it.id, .form, PaperForm(registering: it, categories, texts))) }
        return files
    }

    private var applies: Bool { categories.contains { $0.way == .application } }

    private func contents(_ tx: borrowing Session) throws -> [(GatheringFile.Kind, Report.Content)] {
        let papers: [(GatheringFile.Kind, Clearance.Kind)] =
            [(.notice, .gatheringNotice)] + (it.kind == .hearing ? [(.list, .participantList)] : [])
            + (it.state == .closed ? [(.record, .gatheringRecord)] : [])
        var contents: [(GatheringFile.Kind, Report.Content)] = []
        for (kind, paper) in papers {
            contents.append((kind, try GatheringPaper.read(paper, of: it, site: site, tx).content))
        }
        // There to be signed as soon as the gathering is over.
        if it.state == .held || it.state == .closed {
            contents.append((.transcript, try TranscriptPaper(it, tx).content))
        }
        return contents
    }

    private func poster() throws -> Poster {
        let address = "\(site)/\(it.kind.path)/\(it.number)"
        let code = try QRCode(address)
        let registers = applies && it.registrationUntil.map { it.now < $0 } == true
        let registration = texts.registration(from: it.registrationFrom, until: it.registrationUntil)
        return Poster(
            title: it.title,
            lines: [
                texts.time(from: it.startsAt, to: it.endsAt), it.place,
                registers
                    ? registration.map { texts["gatherings.files.registration", ["period": $0]] } ?? "" : "",
            ].filter { !$0.isEmpty },
            call: texts["gatherings.files.call.\(registers ? "register" : "read")"],
            otherwise: it.contactPhone.isEmpty
                ? texts["gatherings.files.without_phone", ["unit": it.unitName]]
                : texts["gatherings.files.without_phone_call", ["unit": it.unitName, "phone": it.contactPhone]],
            address: address,
            modules: (0..<code.size).map { row in
                (0..<code.size).map { code.isDark(row, $0) ? "1" : "0" }.joined()
            }, foot: it.unitName)
    }
}

extension PaperForm {
    /// The form of registration for pen and paper: what is asked on the web, and nothing else.
    init(registering it: Gathering, _ categories: [GatheringCategory], _ texts: Texts) {
        func said(_ key: String) -> String { texts["registrations.form.\(key)"] }
        func written(_ text: String, lines: Int = 1) -> (text: String, boxes: [String], lines: Int) {
            (text, [], lines)
        }
        func ticked(_ text: String, _ boxes: [String]) -> (text: String, boxes: [String], lines: Int) {
            (text, boxes.map { "□ " + $0 }, 0)
        }
        let asked = it.asks.map { asked -> (text: String, boxes: [String], lines: Int) in
            switch asked {
            case .sex: ticked(said("sex"), ["female", "male"].map { texts["registrations.sexes.\($0)"] })
            case .age: written(said("born_on"))
            case .ethnicity: written(said("ethnicity"))
            case .education: written(said("education"))
            case .occupation: written(said("occupation"))
            case .identity:
                written(
                    said("identity") + "（" + texts.identityWhy(it.identityBasis, by: it.unitName) + "）"
                )
            case .unit: written(said("organisation"))
            case .address: written(said("address"))
            case .reason: written(said("reason"), lines: 5)
            }
        }
        let all =
            [
                ticked(
                    said("category"), categories.filter { $0.way == .application }.map { "\($0.name)（\($0.seats)名）" }),
                written(texts["gatherings.person.name"]), written(texts["gatherings.files.phone"]),
            ] + asked + [ticked(said("consents"), [said("consents_yes"), said("consents_no")])]
        let until = it.registrationUntil.map { ChinaTime.deadline($0, in: texts.clock) }
        let period = [texts.time(from: it.startsAt, to: it.endsAt), it.place]
        (title, facts) = (texts["gatherings.files.form_title", ["title": it.title]], period.filter { !$0.isEmpty })
        guide = [
            texts["gatherings.files.fill_in"],
            until.map { texts["builder.paper.return", ["moment": $0, "unit": it.unitName]] } ?? "",
            it.papers.isEmpty ? "" : texts["registrations.form.papers_asked", ["papers": it.papers]],
            it.contactPhone.isEmpty ? "" : texts["builder.paper.ask", ["phone": it.contactPhone]],
        ].filter { !$0.isEmpty }
        introduction = []
        parts = [
            Part(
                heading: "", condition: "",
                questions: all.enumerated().map { index, it in
                    Asked(
                        number: String(index + 1), text: it.text, notes: [], condition: "", boxes: it.boxes, table: nil,
                        lines: Array(1..<(it.lines + 1)))
                })
        ]
        closing = [texts["gatherings.files.sign"], texts["registrations.privacy.why"]]
        foot = texts["builder.paper.foot", ["number": it.number]]
    }
}
