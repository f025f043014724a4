import Foundation
import Participation
import Postgres
import Text

/// What citizens send about a consultation, and what becomes of it.
extension Demo {
    func send(
        _ said: DemoPlan.Comment, index: Int, to asked: Asked, of consultation: DemoPlan.Consultation
    ) async throws -> Asked {
        let channel = said.channel.flatMap(Channel.init(rawValue:)) ?? .web
        let submitter: Submitter =
            switch said.submitter {
            case "organisation": .organisation(said.organisation ?? "")
            case "joint": .joint(people: said.people ?? 2)
            default: .person
            }
        let entry =
            channel == .web
            ? nil
            : Comment.Entry(
                arrivedOn: today.adding(days: said.day), forSomeone: said.for_someone ?? false,
                readBack: said.for_someone ?? false)
        let key = UUID()
        let comment = Comment(
            key: key, procedure: asked.number, editionID: asked.edition, position: said.row, body: said.text,
            channel: channel, submitter: submitter,
            contact: Contact(name: said.name ?? "", phone: said.phone ?? ""), showsName: said.show ?? false,
            entry: entry)
        let (pool, actor) =
            channel == .web
            ? (pools.public, DatabaseActor.anonymous) : (pools.staff, try await cast.office(.clerk).databaseActor)
        let outcome = try await intake.accept(comment, in: pool, as: actor)
        guard outcome.verdict == .accepted, let id = outcome.submissionID else {
            throw Broken(description: "\(consultation.file), comment \(index + 1): \(outcome.verdict)")
        }
        if said.proposes_hearing == true, let number = outcome.number {
            _ = try await HearingProposal.propose(
                try SubmissionNumber(number), mac: intake.codes.mac(for: key), in: pools.public)
        }
        if said.withdrawn == true, let number = outcome.number {
            let mac = intake.codes.mac(for: key)
            _ = try await Withdrawal.request(try SubmissionNumber(number), mac: mac, in: pools.public)
        }
        var asked = asked
        asked.submissions[index] = id
        return asked
    }

    func settle(_ said: DemoPlan.Comment, index: Int, in asked: Asked) async throws {
        guard let id = asked.submissions[index] else { return }
        let organiser = try await cast.office(.organiser).databaseActor
        // Nothing is answered unseen.
        if let screen = said.screen ?? (said.outcome == nil ? nil : "shown") {
            let code = screen == "hidden" ? said.code.flatMap(HiddenCode.init(rawValue:)) : nil
            _ = try await ScreenSubmissions(ids: [id], hiddenFor: code)(in: pools.staff, as: organiser)
        }
        if let outcome = said.outcome.flatMap(Outcome.init(rawValue:)) {
            let answer = Answer(
                outcome: outcome, reason: said.reason ?? "", transferredTo: said.transferred_to ?? "",
                invalidCode: said.invalid_code.flatMap(InvalidCode.init(rawValue:)), effect: "目录修改稿",
                effectOn: today.adding(days: 30))
            _ = try await AnswerOpinions.unanswered(of: [id], with: answer, in: pools.staff, as: organiser)
        }
    }

    func publishResult(_ asked: Asked, nextStep: String?) async throws {
        let organiser = try await cast.office(.organiser).databaseActor
        guard let heading = try await ProcedureHeading.find(number: asked.number, in: pools.staff, as: organiser) else {
            throw Broken(description: "\(asked.number) is not there.")
        }
        try await FinishAnswering(procedureID: heading.id)(in: pools.staff, as: organiser)
        var wording = ResultDraft.Wording.proposed(for: heading, received: asked.submissions.count)
        if let nextStep { wording.nextStep = nextStep }
        let id = try await PrepareResult(procedureNumber: asked.number, wording: wording)(
            in: pools.staff, as: organiser)
        try await clear(id)
        try await Clearance.publish(id, in: pools.staff, as: organiser)
    }
}
