import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Questionnaires
import Text

/// What is known of a sheet and who fills it in, and how it is kept.
extension WebApplication {
    /// The sheet that the form belongs to (the browser may have begun another since), or that of this browser; a new one when there is none.
    /// - Parameter isOwn: false for a form that may be anybody's, as it has no token: a sheet that it names is of whoever has made the form, who
    ///   would read along.
    func sheet(
        _ record: QuestionnaireRecord, ofForm isOwn: Bool = true, _ context: MinyiContext
    ) async throws -> SheetInHand {
        if record.questionnaire.keeping == .carried {
            return isOwn ? carriedSheet(record, context) : SheetInHand(record, id: UUID())
        }
        let number = record.questionnaire.number
        let cookie = SheetCookies.sheet(of: number, in: context.visit.cookies)
        let sent = isOwn ? UUID(uuidString: context.form.string("sheet")) : nil
        guard let id = sent ?? cookie else { return SheetInHand(record, id: UUID()) }
        // What has one page only is never saved but by the script, which then has set the cookie.
        guard record.content.pages.count > 1 || cookie != nil else { return SheetInHand(record, id: id) }
        let saved = try await SavedSheet.find(id, in: pools.public)
        return SheetInHand(record, id: id, saved: saved.flatMap { $0.questionnaire == number ? $0 : nil })
    }

    /// Keeps the sheet.
    /// - Returns: what keeps it from going on; nil when nothing does.
    func keep(
        _ sheet: SheetInHand, from page: String, to target: String, _ context: MinyiContext
    ) async throws -> SheetSetback? {
        switch sheet.keeping {
        case .carried: return nil
        case .kiosk:
            let kept = try await SavedSheet.keep(
                sheet.answered(), pages: [page, target], codeMac: intake.codes.mac(for: sheet.id), isAtKiosk: true,
                in: pools.public)
            return SheetSetback(kept)
        case .saved:
            let answered = sheet.answered()
            guard admits(answered.answers, after: sheet.saved, context) else { return .said("too_much") }
            let kept = try await SavedSheet.keep(
                answered, pages: [page, target], codeMac: intake.codes.mac(for: sheet.id),
                over: sheet.saved?.revision ?? 0, tab: context.form.string("tab"), in: pools.public)
            switch kept.outcome {
            case .saved, .quota, .full, .suspended:
                context.visit.set(
                    SheetCookies.sheet(sheet.id, of: sheet.questionnaire.number, by: holder(of: sheet, context)))
            default: break
            }
            return SheetSetback(kept)
        }
    }

    /// Whether one network may have so much more kept that is not sent. What is new counts as 4 KiB at least.
    private func admits(_ answers: Data, after saved: SavedSheet?, _ context: MinyiContext) -> Bool {
        let bytes = saved.map { max(0, answers.count - $0.answers.count) } ?? max(4096, answers.count)
        return uploadGate.take(context.visit.network.text, cost: Double(bytes) / 1_048_576, now: Date()) == nil
    }

    /// Stores the files that came with a page, where anything is taken of it. In the fields stands from then on which one is there.
    func takeFiles(
        on page: Questionnaire.Page, of sheet: SheetInHand, _ typed: inout FieldValues, _ context: MinyiContext
    ) async throws -> FormErrors {
        var errors = FormErrors()
        let questions = page.questions
        guard questions.contains(where: { $0.kind.form == .file }) else { return errors }
        let uploads = try await Attachment.uploads(formKey: sheet.id, in: pools.public).map(\.id)
        let there = uploads.map { $0.uuidString.lowercased() }
        // Asked before anything is stored; what is suspended is kept for the time when it goes on.
        let isTaken = sheet.questionnaire.takesSheets || sheet.questionnaire.state == .suspended
        let isSent = questions.contains { !context.form.files(FieldValues.prefix + $0.code).isEmpty }
        let refusal = isTaken && isSent ? try await voiceRefusal(of: sheet, context) : nil
        if isTaken, refusal == nil { try await makeRoom(for: questions, of: sheet, uploads, typed, context) }
        for question in questions {
            guard case .file(let limits) = question.kind else { continue }
            let name = FieldValues.prefix + question.code
            let (sent, before) = (context.form.files(name), typed[name].filter { !$0.isEmpty })
            let kept = before.filter(there.contains)
            typed.set(name, all: kept)
            if sent.isEmpty, kept.count < before.count {
                errors.add(name, context.texts["questionnaires.errors.file_gone"])
            }
            // All of the page is refused then.
            guard isTaken else { continue }
            if let refusal, !sent.isEmpty {
                errors.add(name, context.texts["questionnaires.refused.\(refusal.key)"])
                continue
            }
            // Of one, another takes the place.
            guard sent.count + (limits.most == 1 ? 0 : kept.count) <= limits.most else {
                errors.add(name, context.texts["questionnaires.errors.files_too_many", ["count": limits.most]])
                continue
            }
            // The same file once more is the one that is there.
            var stored = limits.most == 1 ? [] : kept
            for file in sent {
                do {
                    guard admits(file, context) else { throw Attachment.Refused.fullForNetwork }
                    let id = try await Attachment.storeUpload(
                        try file.bytes, name: file.filename, formKey: sheet.id, kinds: FileKind.documents,
                        in: pools.public)
                    if !stored.contains(id.uuidString.lowercased()) { stored.append(id.uuidString.lowercased()) }
                } catch let refused as Attachment.Refused {
                    let why = context.texts["attachments.\(refused.rawValue)"]
                    errors.add(
                        name,
                        limits.most == 1
                            ? why
                            : context.texts[
                                "questionnaires.errors.file_refused", ["name": file.filename, "reason": why]])
                }
            }
            if !stored.isEmpty { typed.set(name, all: stored) }
        }
        return errors
    }

    /// Why nothing of theirs would be taken at the end, as far as that is known now: without an invitation, or once more in the same browser.
    private func voiceRefusal(of sheet: SheetInHand, _ context: MinyiContext) async throws -> SheetRefusal? {
        switch sheet.questionnaire.voice {
        case .open, .person: return nil
        case .code: return invitation(to: sheet.record, context) == nil ? .code(.missing) : nil
        case .browser:
            let number = sheet.questionnaire.number
            guard let voice = voice(of: sheet.record, context),
                try await SavedSheet.browserHasAnswered(number, voice: voice, in: pools.public),
                // Pressed twice, it is the same.
                try await SavedSheet.sent(sheet.id, to: number, in: pools.public) == nil
            else { return nil }
            return .voiceUsed
        }
    }

    /// Takes away files that answer nothing any more, where those that come would be too many with them.
    private func makeRoom(
        for questions: [Question], of sheet: SheetInHand, _ uploads: [UUID], _ typed: FieldValues,
        _ context: MinyiContext
    ) async throws {
        var (coming, needed) = (0, Set<UUID>())
        for question in questions {
            guard case .file(let limits) = question.kind else { continue }
            let (name, before) = (FieldValues.prefix + question.code, coming)
            coming += context.form.files(name).count
            if limits.most > 1 || coming == before { needed.formUnion(typed[name].compactMap { UUID(uuidString: $0) }) }
        }
        guard coming > 0, uploads.count + coming > QuestionnaireCheck.mostFiles else { return }
        let here = Set(questions.map(\.code))
        for case (let code, .files(let ids)) in sheet.stored where !here.contains(code) { needed.formUnion(ids) }
        for id in uploads where !needed.contains(id) {
            _ = try await Attachment.removeUpload(id, formKey: sheet.id, in: pools.public)
        }
    }

    /// Where those are sent who cannot answer: without an invitation, without having said who they are, or once more in the same browser.
    func mayNotAnswer(_ record: QuestionnaireRecord, _ context: MinyiContext) async throws -> Response? {
        let number = record.questionnaire.number
        let start = Response.seeOther("/questionnaires/\(number)")
        switch record.questionnaire.voice {
        case .open: return nil
        case .code:
            guard invitation(to: record, context) == nil else { return nil }
            // With its saving code from another device, or after a day.
            if try await isBegun(number, context) {
                context.visit.flash(.note, context.texts["questionnaires.invitation.found"])
            }
            return start
        case .person: return personCookies.voice(in: number, of: context.visit.cookies) == nil ? start : nil
        case .browser:
            guard let voice = voice(of: record, context),
                try await SavedSheet.browserHasAnswered(number, voice: voice, in: pools.public)
            else { return nil }
            return try await answeredBefore(record, context)
        }
    }

    /// Instead of a form that would be filled in in vain.
    private func answeredBefore(_ record: QuestionnaireRecord, _ context: MinyiContext) async throws -> Response {
        let questionnaire = record.questionnaire
        let result =
            questionnaire.kind == .poll && questionnaire.showsResults
            ? try await pollResult(questionnaire.number, context.texts)?.part : nil
        let page = QuestionnairePage(record, result: result, standing: .answered, context.texts)
        return privately(try pages.render(page, in: context))
    }

    /// What the door takes for this browser; its cookie is set when it has none yet. Nil where browsers are not told apart.
    func voice(of record: QuestionnaireRecord, _ context: MinyiContext) -> [UInt8]? {
        guard record.questionnaire.voice == .browser else { return nil }
        let (name, fresh) = SheetCookies.browser(in: context.visit.cookies, signer)
        if let fresh { context.visit.set(fresh) }
        return intake.codes.voice(of: name, in: record.questionnaire.number)
    }

    /// The invitation that this browser has shown.
    func invitation(to record: QuestionnaireRecord, _ context: MinyiContext) -> QueryCode? {
        SheetCookies.invitation(to: record.questionnaire.number, in: context.visit.cookies, signer)
    }

    /// What stands in the cookie of a sheet for the invitation it is filled in by; nil where none is needed. The server does not keep it with
    /// the sheet: nothing there leads from an invitation to what was answered.
    func holder(of sheet: SheetInHand, _ context: MinyiContext) -> String? {
        let (number, cookies) = (sheet.questionnaire.number, context.visit.cookies)
        guard sheet.questionnaire.voice == .code else { return nil }
        if let shown = invitation(to: sheet.record, context) { return holder(by: shown, of: number) }
        return SheetCookies.sheet(of: number, in: cookies) == sheet.id
            ? SheetCookies.holder(of: number, in: cookies) : nil
    }

    /// Whether what this browser keeps may be somebody else's: it was begun by an invitation that is not shown here any more. Who has opened it
    /// with its saving code has shown that it is theirs.
    func mayBeAnothers(_ sheet: SheetInHand, _ context: MinyiContext) -> Bool {
        guard sheet.questionnaire.voice == .code, sheet.saved != nil, invitation(to: sheet.record, context) == nil
        else { return false }
        return holder(of: sheet, context) != SheetCookies.found
    }

    /// What is shown in the place of a sheet that may be somebody else's: nothing of what was kept, nor its code, but what was typed on this page,
    /// also where it would be hidden.
    /// - Returns: nil where it is theirs.
    func typedAlone(
        _ sheet: SheetInHand, on page: String, _ typed: FieldValues, _ context: MinyiContext
    ) -> SheetInHand? {
        guard mayBeAnothers(sheet, context) else { return nil }
        var alone = SheetInHand(sheet.record, id: sheet.id)
        guard let whole = sheet.content.page(page) else { return alone }
        alone.answers =
            FilledPage(whole, of: alone, typed, context.form, leavesOutUnread: true, context.texts).answers
        return alone
    }

    func holder(by invitation: QueryCode, of number: String) -> String {
        Hexadecimal.encode(intake.codes.invitation(invitation, to: number).prefix(16))
    }
}
