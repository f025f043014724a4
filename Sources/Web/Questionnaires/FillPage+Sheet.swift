import Foundation
import Participation
import Questionnaires
import Text

extension FillPage {
    init(
        _ sheet: SheetInHand, _ page: String, _ shown: ShownQuestionnaire, _ setting: QuestionSetting,
        carried: String?, notice: String?, isOvertaken: Bool, elsewhere: [Fact]
    ) {
        let (questionnaire, texts) = (sheet.questionnaire, setting.texts)
        let codes = shown.pages.map(\.code)
        let isFirst = codes.first == page
        let all = sheet.content.pages.map(\.code)
        let done = all.firstIndex(of: page) ?? 0
        let address = "/questionnaires/\(questionnaire.number)"
        let isPoll = questionnaire.kind == .poll
        title = questionnaire.title
        crumbs = texts.crumbs(to: isPoll ? nil : questionnaire)
        // Of all pages, also those that may be left out: the way does not get longer while one walks it.
        progress =
            sheet.isOnePage
            ? nil
            : Progress(
                text: texts["questionnaires.fill.progress", ["page": done + 1, "pages": all.count]], done: done,
                all: all.count)
        poll = isPoll ? Poll(questionnaire, texts) : nil
        lead = isPoll ? questionnaire.purpose.paragraphs : []
        consultation = isPoll ? questionnaire.consultation.map { Crumb($0, poll: questionnaire.number) } : nil
        facts = Filled(isPoll ? texts.facts(about: questionnaire) : [])
        resultsHref = isPoll && questionnaire.showsResults ? address + "/results" : nil
        heading = shown.page(page)?.title ?? ""
        action = "\(address)/fill/\(page)"
        let isCarried = sheet.keeping == .carried
        saveHref = isCarried ? "" : "\(address)/save/\(page)"
        self.carried = carried
        self.sheet = sheet.id.uuidString.lowercased()
        contentVersion = questionnaire.version
        base = sheet.sign(of: page)
        draftOf = sheet.isRemembered || sheet.saved != nil ? self.sheet : ""
        self.isOvertaken = isOvertaken
        self.elsewhere = Filled(elsewhere)
        asked = sheet.asked(on: page).joined(separator: " ")
        logic = sheet.answering.following(.page(page), sheet.answers).json
        let groups = shown.page(page)?.groups ?? []
        self.groups = groups.map { Group($0, hidden: shown.hidden, in: setting) }
        takesFiles = groups.contains { $0.questions.contains { $0.kind.form == .file } }
        // Where an answer may still bring another page, it is “next”, whatever comes then.
        let mainKey = sheet.isOnePage ? "send" : page == all.last ? "review" : "next"
        mainAction = sheet.isOnePage ? SheetWish.send.rawValue : SheetWish.next.rawValue
        mainText = texts["questionnaires.fill.\(mainKey)"]
        hasBack = !isFirst
        canSave = !sheet.isOnePage && !isCarried
        keptHref = sheet.saved == nil ? nil : address + "/kept"
        leaveAction = isCarried ? address + "/leave" : nil
        warning = isCarried && sheet.isOnePage ? texts["persons.no_withdrawal"] : nil
        errors = setting.errors.naming(shown.page(page)?.questions ?? [], texts)
        self.notice = notice
    }
}

extension FillPage.Group {
    /// - Parameters:
    ///   - isOff: with all of its page.
    ///   - hidden: as `ShownQuestionnaire` names it.
    ///   - open: the codes of questions that are shown all the same, as something stands in their fields.
    init(
        _ group: Questionnaire.Group, isOff: Bool = false, hidden: Set<String> = [], open: Set<String> = [],
        in setting: QuestionSetting
    ) {
        let isOff = isOff || hidden.contains("g.\(group.code)")
        (code, title) = (group.code, group.title)
        questions = group.questions.map { question in
            let isOpen = open.contains(question.code)
            return QuestionPart(
                question, isShown: isOpen || !isOff && !hidden.contains("q.\(question.code)"),
                hidden: isOpen ? [] : hidden, in: setting)
        }
        // No heading over nothing.
        self.isOff = questions.allSatisfy(\.isOff)
    }
}

extension FillPage.Poll {
    init(_ questionnaire: PublicQuestionnaire, _ texts: Texts) {
        (state, stateText) = (questionnaire.state.rawValue, texts.state(of: questionnaire))
        unit = questionnaire.unitName
    }
}

extension FormErrors {
    /// As they stand in a summary, away from their fields: each says which question it means.
    func naming(_ questions: [Question], _ texts: Texts) -> FormErrors {
        FormErrors(
            items.map { item -> (field: String, text: String) in
                let name = FieldValues.question(of: item.field)
                guard item.field.hasPrefix(FieldValues.prefix), let meant = questions.first(where: { $0.code == name })
                else { return (item.field, item.text) }
                let row = item.field.dropFirst(FieldValues.prefix.count + name.count + 1)
                let words = [meant.text, meant.kind.options.first { $0.code == row }?.text ?? ""]
                    .filter { !$0.isEmpty }.map { $0.count > 40 ? String($0.prefix(40)) + "…" : $0 }
                return (
                    item.field,
                    texts[
                        "questionnaires.fill.fault", ["question": words.joined(separator: " "), "fault": item.text]]
                )
            })
    }
}
