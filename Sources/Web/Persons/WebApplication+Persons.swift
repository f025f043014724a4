import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Participation
import Text

/// How somebody says who they are before they answer: at a provider of OpenID Connect, and back.
extension WebApplication {
    func addPersons(to router: Router<MinyiContext>) {
        router.get("/questionnaires/:number/sign-in") { _, context -> Response in
            try await goToProvider(try await questionnaire(context), context)
        }
        router.get("/persons/return") { request, context -> Response in
            try await comeBack(try request.query(), context)
        }
        router.post("/questionnaires/:number/leave") { _, context -> Response in
            let number = try await questionnaire(context).questionnaire.number
            context.visit.set(PersonCookies.forgetVoice(in: number))
            context.visit.flash(.done, context.texts["persons.leave.done"])
            return .seeOther("/questionnaires/\(number)")
        }
        addPhoneCodes(to: router)
    }

    /// Writes nothing: what is remembered goes along in the browser. Whoever presses it signs in, also where somebody else has
    /// signed in before: a browser in a library is many people's.
    private func goToProvider(_ record: QuestionnaireRecord, _ context: MinyiContext) async throws -> Response {
        let asked = record.questionnaire
        guard asked.voice == .person, asked.personWay.allowsOpenID, asked.takesSheets,
            let provider = configuration.persons
        else {
            return .seeOther("/questionnaires/\(asked.number)")
        }
        try personGate.admit(context.visit.network)
        let attempt = OpenIDProvider.Attempt()
        do {
            let address = try await provider.address(for: attempt, returningTo: returnAddress)
            context.visit.set(
                try personCookies.go(PersonCookies.Going(questionnaire: asked.number, attempt: attempt)))
            return .seeOther(address)
        } catch let failure as OpenIDProvider.Failure {
            return try ended(failure, asked, context)
        }
    }

    private func comeBack(_ query: FormData, _ context: MinyiContext) async throws -> Response {
        let going = personCookies.going(in: context.visit.cookies)
        // Once only, whatever comes of it.
        context.visit.set(PersonCookies.forgetGoing)
        guard let going, let record = try await questionnaires.record(going.questionnaire),
            let provider = configuration.persons
        else { return try startedElsewhere(context) }
        let asked = record.questionnaire
        // Not every provider sends the state along with it; nothing more comes of it.
        if query.has("error") {
            let code = OpenIDProvider.errorCode(query.string("error"))
            if code == "access_denied" { return try ended(.cancelled, asked, context) }
            return try ended(.refused(code), asked, context)
        }
        guard query.exactly("state") == going.attempt.state else { return try ended(.expired, asked, context) }
        try personGate.admit(context.visit.network)
        let identity: String
        do {
            identity = try await provider.identity(
                code: query.exactly("code"), of: going.attempt, returningTo: returnAddress)
        } catch let failure as OpenIDProvider.Failure {
            return try ended(failure, asked, context)
        }
        return try await recognised(identity, at: provider.realm, record, context)
    }

    /// From here on only the voice is known.
    /// - Parameter realm: of the provider where they signed in.
    func recognised(
        _ identity: String, at realm: String? = nil, _ record: QuestionnaireRecord, _ context: MinyiContext
    ) async throws -> Response {
        let number = record.questionnaire.number
        let key = try await VoiceKey.load(number, vault: intake.vault, in: pools.public)
        // Closed in the meantime: its first page says so.
        guard let key else { return .seeOther("/questionnaires/\(number)") }
        if let realm, let bound = key.provider, bound != realm {
            // Everybody would have a second voice.
            logger.error(
                "the questionnaire was opened with another provider or client, and takes no sign-ins at this one",
                metadata: ["questionnaire": "\(number)"])
            return try ended(.failed, record.questionnaire, context)
        }
        let voice = key.voice(of: identity)
        if try await VoiceKey.isUsed(voice, in: number, of: pools.public) {
            return try ended(.used, record.questionnaire, context)
        }
        context.visit.set(try personCookies.voice(voice, in: number))
        return .seeOther("/questionnaires/\(number)/fill")
    }

    func ended(
        _ reason: PersonPage.Reason, _ asked: PublicQuestionnaire, _ context: MinyiContext
    ) throws -> Response {
        let status: HTTPResponse.Status =
            switch reason {
            case .cancelled, .expired: .ok
            case .failed: .forbidden
            case .unreachable: .serviceUnavailable
            case .used: .conflict
            }
        return privately(try pages.render(PersonPage(reason, asked, context.texts), in: context, status: status))
    }

    private func ended(
        _ failure: OpenIDProvider.Failure, _ asked: PublicQuestionnaire, _ context: MinyiContext
    ) throws -> Response {
        // For who runs the server; it names nobody.
        logger.warning("nobody could be recognised", metadata: ["reason": "\(failure)"])
        return try ended(failure == .unreachable ? .unreachable : .failed, asked, context)
    }

    /// No cookie says which questionnaire it was for.
    private func startedElsewhere(_ context: MinyiContext) throws -> Response {
        context.visit.flash(.note, context.texts["persons.expired.text"])
        return .seeOther("/questionnaires")
    }

    private var returnAddress: String { configuration.publicURL + "/persons/return" }
    var personCookies: PersonCookies { PersonCookies(secret: configuration.secret) }
}
