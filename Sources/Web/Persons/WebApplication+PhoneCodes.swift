import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Participation
import Text

/// How somebody shows that a phone is theirs: by a code that was sent to it.
extension WebApplication {
    func addPhoneCodes(to router: Router<MinyiContext>) {
        router.get("/questionnaires/:number/phone") { _, context -> Response in
            let asked = try await questionnaire(context).questionnaire
            guard takesPhones(asked) else { return .seeOther("/questionnaires/\(asked.number)") }
            return try phonePage(asked, context)
        }
        router.post("/questionnaires/:number/phone") { _, context -> Response in
            try await sendCode(try await questionnaire(context).questionnaire, context)
        }
        router.get("/questionnaires/:number/phone/code") { _, context -> Response in
            let asked = try await questionnaire(context).questionnaire
            guard takesPhones(asked), let sent = personCookies.sent(for: asked.number, in: context.visit.cookies) else {
                return .seeOther("/questionnaires/\(asked.number)/phone")
            }
            return try codePage(asked, sent, context)
        }
        router.post("/questionnaires/:number/phone/code") { _, context -> Response in
            try await checkCode(try await questionnaire(context), context)
        }
    }

    private func takesPhones(_ asked: PublicQuestionnaire) -> Bool {
        asked.voice == .person && asked.personWay.allowsPhone && asked.takesSheets && configuration.phoneCodes != nil
    }

    private func phonePage(
        _ asked: PublicQuestionnaire, errors: FormErrors = FormErrors(), status: HTTPResponse.Status = .ok,
        _ context: MinyiContext
    ) throws -> Response {
        let page = PhonePage(
            title: context.texts["persons.phone.title"], crumbs: context.texts.crumbs(to: asked),
            action: "/questionnaires/\(asked.number)/phone", phone: context.form.string("phone"), errors: errors)
        return privately(try pages.render(page, in: context, status: status))
    }

    private func codePage(
        _ asked: PublicQuestionnaire, _ sent: PersonCookies.Sent, errors: FormErrors = FormErrors(),
        _ context: MinyiContext
    ) throws -> Response {
        let (texts, address) = (context.texts, "/questionnaires/\(asked.number)/phone")
        let page = PhoneCodePage(
            title: texts["persons.code.title"], crumbs: texts.crumbs(to: asked),
            lead: texts["persons.code.lead", ["ending": String(sent.phone.suffix(4)), "count": PhoneCode.minutes]],
            action: address + "/code", againHref: address, errors: errors)
        return privately(
            try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent))
    }

    /// What is answered is the same for every phone, whether it has voted, or was just sent a code, or not.
    private func sendCode(_ asked: PublicQuestionnaire, _ context: MinyiContext) async throws -> Response {
        let texts = context.texts
        guard takesPhones(asked), let sender = configuration.phoneCodes else {
            return .seeOther("/questionnaires/\(asked.number)")
        }
        func again(_ key: String, _ status: HTTPResponse.Status = .unprocessableContent) throws -> Response {
            try phonePage(asked, errors: FormErrors("phone", texts["persons.phone.\(key)"]), status: status, context)
        }
        guard let phone = PhoneCode.mobile(context.form.string("phone")) else { return try again("shape") }
        guard codeGate.take(context.visit.network.text, now: Date()) == nil else {
            return try again("wait", .tooManyRequests)
        }
        let code = PhoneCode(id: UUID(), phone: phone)
        let (outcome, digits) = try await code.make(for: asked.number, codes: intake.codes, in: pools.public)
        switch outcome {
        case .closed: return .seeOther("/questionnaires/\(asked.number)")
        case .full:
            // For who runs the server: somebody may be running up the bill, or the limit is too low for this vote.
            if codeWarnings.take("", now: Date()) == nil {
                logger.warning("no more phone codes in this hour: phone_codes_an_hour is reached")
            }
            return try again("full", .serviceUnavailable)
        case .wait:
            // As if it were sent. The code that this browser asked for before stays good.
            if personCookies.sent(for: asked.number, in: context.visit.cookies)?.phone != phone {
                try remember(code, asked, context)
            }
            return .seeOther("/questionnaires/\(asked.number)/phone/code")
        case .made: break
        }
        let text = texts["persons.code.message", ["code": digits, "count": PhoneCode.minutes]]
        guard try await sender.send(digits, to: code, text: text) else {
            return try again("not_sent", .serviceUnavailable)
        }
        try remember(code, asked, context)
        return .seeOther("/questionnaires/\(asked.number)/phone/code")
    }

    private func remember(_ code: PhoneCode, _ asked: PublicQuestionnaire, _ context: MinyiContext) throws {
        context.visit.set(
            try personCookies.send(
                PersonCookies.Sent(questionnaire: asked.number, id: code.id, phone: code.phone)))
    }

    private func checkCode(_ record: QuestionnaireRecord, _ context: MinyiContext) async throws -> Response {
        let (asked, texts) = (record.questionnaire, context.texts)
        guard takesPhones(asked), let sent = personCookies.sent(for: asked.number, in: context.visit.cookies) else {
            return .seeOther("/questionnaires/\(asked.number)/phone")
        }
        func again(_ key: String) throws -> Response {
            try codePage(asked, sent, errors: FormErrors("code", texts["persons.code.\(key)"]), context)
        }
        guard let digits = PhoneCode.digits(context.form.string("code")) else { return try again("shape") }
        let code = PhoneCode(id: sent.id, phone: sent.phone)
        switch try await code.use(digits, for: asked.number, codes: intake.codes, in: pools.public) {
        case .wrong: return try again("wrong")
        case .over: return try again("over")
        case .right:
            context.visit.set(PersonCookies.forgetSent)
            return try await recognised(code.identity, record, context)
        }
    }
}
