import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Participation
import Postgres
import Text

enum RegistrationPages {
    static let all: [any Page.Type] = [
        RegistrationFormPage.self, RegistrationRefusedPage.self, RegistrationReceiptPage.self,
        RegistrationCounterPage.self, RegistrationListPage.self, RegistrationDeskPage.self,
    ]
}

extension WebApplication {
    /// 报名: registering for a hearing, on the web; the receipt is one like the others.
    func addRegistrations(to router: Router<MinyiContext>) {
        router.get("/hearings/:number/register") { _, context -> Response in
            let offer = try await offer(context)
            if let refusal = offer.refusal { return try refused(offer, refusal, context) }
            return try await registrationForm(RegistrationForm(), offer, context)
        }
        router.post("/hearings/:number/register") { _, context -> Response in try await register(context) }
        router.post("/receipts/:number/materials") { _, context -> Response in try await haveMaterials(context) }
        router.post("/receipts/:number/confirm") { _, context -> Response in try await confirmComing(context) }
        addRegistrationDesk(to: router)
    }

    func offer(_ context: MinyiContext) async throws -> PublicGathering {
        guard let found = try await PublicGathering.hearing(try context.text("number"), in: pools.public) else {
            throw Problem.notFound
        }
        return found
    }

    /// Its files first, which are kept whatever is wrong with the rest.
    ///
    /// Who sends the identity number, or name and phone, of somebody who has registered learns that. It is told all the same: who
    /// wants to change the kind of seat would otherwise hold a receipt that counts for nothing. Nothing else of the first
    /// registration is told; each network has as many tries as at query codes; each is recorded; and a wrong guess is no silent
    /// one, since it registers somebody.
    private func register(_ context: MinyiContext) async throws -> Response {
        let (texts, offer) = (context.texts, try await offer(context))
        let form = RegistrationForm(context.form)
        if let refusal = offer.refusal { return try refused(offer, refusal, context) }
        var errors = try await takePapers(form, context)
        let uploads = try await Attachment.uploads(formKey: form.formKey, in: pools.public)
        if context.form.has("add_files") {
            return try await registrationForm(form, offer, uploads: uploads, errors: errors, status: .ok, context)
        }
        // What lay longer than a day is gone, and the door says so; it is not left out silently.
        let ticked = context.form.strings("keep").compactMap(UUID.init(uuidString:))
        let fresh = uploads.map(\.id).filter { !ticked.contains($0) }
        let registration = form.registration(for: offer, files: ticked + fresh)
        errors.add(contentsOf: FormErrors(registration.faults(offer), asking: offer.asks, texts))
        guard errors.isEmpty else {
            // Sent by this browser already, and met again by its back button, which brings back no identity number: nothing is missing.
            if let known = try await ownRegistration(offer, context), known.code == intake.codes.code(for: form.key) {
                return try await sentBefore(form, offer, uploads, known.number, context)
            }
            return try await registrationForm(form, offer, uploads: uploads, errors: errors, context)
        }
        let network = context.visit.network.text
        if let seconds = receiptGate.take(network, now: Date()) {
            let errors = FormErrors(offer.knownBy, texts["receipts.errors.wait", ["count": seconds]])
            return try await registrationForm(
                form, offer, uploads: uploads, errors: errors, status: .tooManyRequests, context
            ).withRetry(after: seconds)
        }
        let outcome = try await intake.accept(registration, in: pools.public)
        if outcome.verdict != .registeredAlready { receiptGate.giveBack(network) }
        switch outcome.verdict {
        case .accepted, .already:
            let receipt = try NewReceipt(outcome, code: intake.codes.code(for: form.key))
            remember(receipt.number, receipt.code, in: context)
            return .seeOther("/receipts/\(receipt.number)")
        case .keyReused:
            return try await sentBefore(form, offer, uploads, outcome.number ?? "", context)
        case .closed, .notOpen, .suspended: return try refused(offer, outcome.verdict, context)
        case .registeredAlready:
            let errors = FormErrors(offer.knownBy, texts["registrations.errors.registered_already"])
            return try await registrationForm(form, offer, uploads: uploads, errors: errors, context)
        case .unknownGathering: throw Problem.notFound
        case .notAllowed: throw Problem.forbidden
        default:
            guard let errors = texts.errors(of: outcome.verdict) else { throw Problem.badRequest }
            return try await registrationForm(form, offer, uploads: uploads, errors: errors, context)
        }
    }

    private func sentBefore(
        _ form: RegistrationForm, _ offer: PublicGathering, _ uploads: [Attachment], _ number: String,
        _ context: MinyiContext
    ) async throws -> Response {
        var form = form
        form.key = UUID()
        return try await registrationForm(
            form, offer, uploads: uploads, notice: context.texts["registrations.sent_before", ["number": number]],
            status: .conflict, context)
    }

    /// The newest registration for this hearing whose receipt this browser may open, unless it was withdrawn.
    private func ownRegistration(
        _ offer: PublicGathering, _ context: MinyiContext
    ) async throws -> ReceiptCookie.Entry? {
        for entry in receiptCookie(context).entries {
            guard let number = try? SubmissionNumber(entry.number) else { continue }
            let receipt = try await RegistrationReceipt.find(
                number, mac: intake.codes.mac(entry.code), in: pools.public)
            if let receipt, receipt.gathering == offer.number, receipt.withdrawnAt == nil { return entry }
        }
        return nil
    }

    /// Removes the papers that were unticked and stores those that came with the form.
    private func takePapers(_ form: RegistrationForm, _ context: MinyiContext) async throws -> FormErrors {
        let (texts, sent) = (context.texts, context.form)
        let kept = Set(sent.strings("keep"))
        for id in sent.strings("waiting") where !kept.contains(id) {
            guard let id = UUID(uuidString: id) else { continue }
            _ = try await Attachment.removeUpload(id, formKey: form.formKey, in: pools.public)
        }
        var errors = FormErrors()
        for file in sent.files where !(file.filename.isEmpty && file.size == 0) {
            do {
                if !admits(file, context) { throw Attachment.Refused.fullForNetwork }
                _ = try await Attachment.storeUpload(
                    try file.bytes, name: file.filename, formKey: form.formKey, in: pools.public)
            } catch let refused as Attachment.Refused {
                let reason = texts["attachments.\(refused.rawValue)"]
                errors.add("files", texts["messages.errors.file", ["name": file.filename, "reason": reason]])
            }
        }
        return errors
    }

    private func registrationForm(
        _ form: RegistrationForm, _ offer: PublicGathering, uploads: [Attachment] = [],
        errors: FormErrors = FormErrors(), notice: String? = nil, status: HTTPResponse.Status? = nil,
        _ context: MinyiContext
    ) async throws -> Response {
        let known = try await ownRegistration(offer, context)?.number
        let page = RegistrationFormPage(
            form, offer, uploads: uploads, entered: false, site: site, errors: errors, notice: notice, known: known,
            context.texts)
        // What was typed is in it, and other people use this computer too.
        return privately(
            try pages.render(page, in: context, status: status ?? (errors.isEmpty ? .ok : .unprocessableContent)))
    }

    private func refused(
        _ offer: PublicGathering, _ verdict: IntakeOutcome.Verdict, _ context: MinyiContext
    ) throws -> Response {
        let texts = context.texts
        let address = "/hearings/\(offer.number)"
        let moment = offer.registrationFrom.map { ChinaTime.minute($0, in: texts.clock) } ?? ""
        let page = RegistrationRefusedPage(
            title: texts["registrations.refused.title"],
            crumbs: [Crumb(href: "/", text: texts["nav.home"]), Crumb(href: address, text: offer.title)],
            text: texts["registrations.refused.\(verdict.rawValue)", ["moment": moment]], gathering: offer.title,
            gatheringHref: address, facts: texts.facts(of: offer))
        return try pages.render(page, in: context, status: .conflict)
    }

    private func haveMaterials(_ context: MinyiContext) async throws -> Response {
        guard case (.registration(let receipt), let code)? = try await opened(context) else {
            return try askForCode(context)
        }
        let outcome = try await ParticipantMaterial.acknowledge(
            receipt.number, mac: intake.codes.mac(code), in: pools.public)
        switch outcome {
        case .acknowledged, .already:
            context.visit.flash(.done, context.texts["registrations.receipt.have_materials_done"])
        case .closed, .unknown:
            context.visit.flash(.warning, context.texts["registrations.receipt.have_materials_closed"])
        }
        return .seeOther("/receipts/\(receipt.number)")
    }

    private func confirmComing(_ context: MinyiContext) async throws -> Response {
        guard case (.registration(let receipt), let code)? = try await opened(context) else {
            return try askForCode(context)
        }
        let outcome = try await RegistrationReceipt.confirm(
            try SubmissionNumber(receipt.number), mac: intake.codes.mac(code), in: pools.public)
        switch outcome {
        case .confirmed, .already: context.visit.flash(.done, context.texts["registrations.receipt.confirm_done"])
        case .closed, .unknown: context.visit.flash(.warning, context.texts["registrations.receipt.confirm_closed"])
        }
        return .seeOther("/receipts/\(receipt.number)")
    }
}

extension Texts {
    /// What the door found wrong with a registration, beside its field; nil for what no form of ours lets through.
    func errors(of verdict: IntakeOutcome.Verdict) -> FormErrors? {
        switch verdict {
        case .unknownCategory: FormErrors("category", self["registrations.errors.category"])
        case .nameRequired: FormErrors("name", self["registrations.errors.name"])
        case .phoneRequired: FormErrors("phone", self["registrations.errors.phone"])
        case .identityRequired: FormErrors("identity", self["registrations.errors.identity"])
        case .consentRequired: FormErrors("consents", self["registrations.errors.consents"])
        case .unknownFile: FormErrors("files", self["registrations.errors.files"])
        case .arrivedLate: FormErrors("arrived_on", self["registrations.errors.arrived_late"])
        default: nil
        }
    }
}
