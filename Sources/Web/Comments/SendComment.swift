import Foundation
import HTTPTypes
import Participation

/// What became of a comment sent from the web.
enum CommentAnswer {
    /// It is stored; `before` when it had been already.
    case received(NewReceipt, before: Bool)
    /// The key stands for another comment, with this number.
    case keyReused(number: String)
    /// The consultation takes none now; the state that said so.
    case refused(Consultation, IntakeOutcome.Verdict)
    case faulty(FormErrors)
    /// The row, or its edition, is not before the public.
    case unknownRow
}

extension WebApplication {
    /// The one way of a comment from the web through the door, whether a form was filled in or a program sent it.
    ///
    /// The record may be a second old. It says what is wrong with the words; whether they are taken the door says alone.
    func send(_ form: CommentForm, on record: ConsultationRecord, _ texts: Texts) async throws -> CommentAnswer {
        let consultation = record.consultation
        let comment = form.comment(on: consultation)
        let faults = comment.faults(name: consultation.nameRule, phone: consultation.phoneRule)
        guard faults.isEmpty, try await isPublished(form, in: record) else {
            // Nobody is asked to correct what is too late all the same.
            guard consultation.takesComments else { return .refused(consultation, consultation.refusal) }
            return faults.isEmpty ? .unknownRow : .faulty(FormErrors(faults, texts))
        }
        let outcome = try await intake.accept(comment, in: pools.public)
        switch outcome.verdict {
        case .accepted, .already:
            let receipt = try NewReceipt(outcome, code: intake.codes.code(for: form.key))
            return .received(receipt, before: outcome.verdict == .already)
        case .keyReused: return .keyReused(number: outcome.number ?? "")
        case .closed, .notOpen, .suspended:
            // Read anew: what the door saw is later than the record.
            let now = try await Consultation.find(consultation.number, in: pools.public)
            return .refused(now ?? consultation, outcome.verdict)
        case .unknownPassage: return .unknownRow
        case .unknownProcedure: throw Problem.notFound
        case .notAllowed, .entryOver, .arrivedEarly, .arrivedLate: throw Problem.forbidden
        case .empty: return .faulty(FormErrors([.bodyEmpty], texts))
        case .tooLong: return .faulty(FormErrors([.bodyTooLong(count: form.content.unicodeScalars.count)], texts))
        case .nameRequired: return .faulty(FormErrors([.nameRequired], texts))
        case .phoneRequired: return .faulty(FormErrors([.phoneRequired], texts))
        // Malformed, or what is said of other kinds of submissions only.
        default: throw Problem.badRequest
        }
    }

    /// A published draft with this edition, also when a corrected one has followed it.
    func draft(_ edition: Int, of record: ConsultationRecord) async throws -> PublishedContent.Draft? {
        if let newest = record.draft, newest.edition.id == edition { return newest }
        return try await PublishedVersion.draft(of: record.consultation.number, edition: edition, in: pools.public)
    }

    /// Whether what it is about is before the public, or was when the form was opened. Of a sealed draft only the whole is.
    private func isPublished(_ form: CommentForm, in record: ConsultationRecord) async throws -> Bool {
        if form.row == nil, form.edition == record.consultation.editionID { return true }
        guard let draft = try await draft(form.edition, of: record) else { return false }
        return form.row == nil || draft.passages.contains { $0.position == form.row }
    }
}

extension Consultation {
    /// Why a comment is not taken in its state, as the door would put it.
    fileprivate var refusal: IntakeOutcome.Verdict {
        switch state {
        case .announced: .notOpen
        case .suspended: .suspended
        case .open, .closed, .answered, .published, .terminated: .closed
        }
    }
}
