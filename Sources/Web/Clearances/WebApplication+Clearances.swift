import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// 发布审批: secrecy review, approval by a second person on screen or on paper, publication.
    func addClearances(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("clearances") { _, context -> Response in
            let pending = try await pools.staff.read(as: try context.staff.databaseActor) {
                try $0.all(Clearance.pending, as: Clearance.self)
            }
            return try pages.render(ClearanceListPage(pending, context.texts), in: context)
        }
        desk.get("clearances/:id") { _, context in try await clearancePage(context) }
        desk.get("clearances/:id/form") { _, context -> Response in
            let file = try await clearanceFile(context)
            return try pages.render(ApprovalSheetPage(file.clearance, context.texts), in: context)
        }
        desk.post("clearances/:id/description") { _, context in try await describeClearance(context) }
        desk.post("clearances/:id/review") { _, context in try await reviewClearance(context) }
        desk.post("clearances/:id/approval") { _, context in try await approveClearance(context) }
        desk.post("clearances/:id/paper") { _, context in try await recordPaper(context) }
        desk.post("clearances/:id/publication") { _, context in try await publishClearance(context) }
    }

    private func clearanceFile(_ context: MinyiContext) async throws -> ClearanceFile {
        try await ClearanceFile.load(
            try context.number("id"), in: pools.staff, as: try context.staff.databaseActor)
    }

    private func clearancePage(_ context: MinyiContext, errors: FormErrors = FormErrors()) async throws -> Response {
        let file = try await clearanceFile(context)
        let page = try ClearancePage(
            file, for: try context.staff, form: context.form, errors: errors, publicURL: configuration.publicURL,
            context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func describeClearance(_ context: MinyiContext) async throws -> Response {
        let form = ClearanceForms.Description(context.form)
        let clearance = try await clearanceFile(context).clearance
        let errors = form.errors(today: ChinaTime.date(clearance.now), context.texts)
        guard errors.isEmpty, let attribute = form.attribute else {
            return try await clearancePage(context, errors: errors)
        }
        try await Clearance.describe(
            clearance.id, version: form.version, as: form.head, attribute: attribute, reason: form.reason,
            in: pools.staff,
            as: try context.staff.databaseActor)
        return try done("clearances.done.described", context)
    }

    private func reviewClearance(_ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff.databaseActor)
        let form = ClearanceForms.Review(context.form)
        let errors = form.errors(for: try await clearanceFile(context).clearance, texts)
        guard errors.isEmpty, let passed = form.passed, let attribute = form.attribute else {
            return try await clearancePage(context, errors: errors)
        }
        try await Clearance.review(
            try context.number("id"), version: form.version, passed: passed, note: form.note, attribute: attribute,
            in: pools.staff, as: actor)
        return try done(passed ? "clearances.done.review_passed" : "clearances.done.review_refused", context)
    }

    private func approveClearance(_ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff.databaseActor)
        let form = ClearanceForms.Approval(context.form)
        let clearance = try await clearanceFile(context).clearance
        let errors = form.errors(for: clearance, texts)
        guard errors.isEmpty, let granted = form.granted else {
            return try await clearancePage(context, errors: errors)
        }
        try await Clearance.approve(
            clearance.id, version: form.version, granted: granted, note: form.note, attribute: form.attribute,
            in: pools.staff, as: actor)
        let stays = (form.attribute ?? clearance.attribute) != .proactive
        return try done(
            granted ? stays ? "clearances.done.kept" : "clearances.done.granted" : "clearances.done.refused", context)
    }

    private func recordPaper(_ context: MinyiContext) async throws -> Response {
        let (texts, staff) = (context.texts, try context.staff)
        let clearance = try await clearanceFile(context).clearance
        let form = ClearanceForms.PaperRecord(context.form)
        let errors = form.errors(for: clearance, texts)
        guard errors.isEmpty, let granted = form.granted, let day = form.signedDay, let scan = form.scan else {
            return try await clearancePage(context, errors: errors)
        }
        do {
            // Only for units of theirs: an office's colleagues see every unit's files anyway.
            let id = try await Attachment.store(
                try scan.bytes, name: scan.filename, for: clearance.unitIDs.filter(staff.unitIDs.contains),
                in: pools.staff, as: staff.databaseActor)
            try await Clearance.recordPaper(
                clearance.id, version: form.version, granted: granted, note: form.note,
                paper: .init(signer: form.signer, signedOn: day, scanID: id), attribute: form.attribute,
                in: pools.staff, as: staff.databaseActor)
        } catch let refused as Attachment.Refused {
            return try await clearancePage(
                context, errors: FormErrors("scan", texts["attachments.\(refused.rawValue)"]))
        }
        return try done(granted ? "clearances.done.paper" : "clearances.done.refused", context)
    }

    private func publishClearance(_ context: MinyiContext) async throws -> Response {
        let clearance = try await clearanceFile(context).clearance
        // A second press of the button, or a colleague was faster.
        guard clearance.stage != .published else { return try done("clearances.done.published", context) }
        try await Clearance.publish(clearance.id, in: pools.staff, as: try context.staff.databaseActor)
        return try done("clearances.done.published", context)
    }

    private func done(_ key: String, _ context: MinyiContext) throws -> Response {
        context.visit.flash(.done, context.texts[key])
        return .seeOther("/desk/clearances/\(try context.number("id"))")
    }
}
