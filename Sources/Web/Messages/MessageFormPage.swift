import Foundation
import Participation

/// The form for a message: first what is not taken here, then what one wants to say.
struct MessageFormPage: Page {
    static let template = "messages/form"

    /// A kind one can choose, with what it means.
    struct Kind: Sendable {
        let value: String
        let text: String
        let hint: String
        let chosen: Bool
    }

    /// A file that has arrived and waits for the form.
    struct Upload: Sendable {
        let id: String
        let text: String
    }

    /// A published answer that may make the message needless.
    struct Similar: Sendable, Encodable {
        let href: String
        let title: String
        let meta: String
    }

    let title: String
    let crumbs: [Crumb]
    let key: String
    let formKey: String
    let kinds: [Kind]
    let heading: String
    let words: String
    let limit: Int
    let limitText: String
    let place: String
    let units: [Choice]
    let concerned: [Choice]
    /// Something is chosen there, or wrong: the part of the form is open.
    let concernedOpen: Bool
    let names: String
    let name: String
    let phone: String
    let email: String
    let mayBePublished: Bool
    let mayShowName: Bool
    let uploads: Filled<Upload>?
    let recording: Upload?
    let similar: Filled<Similar>?
    let privacyKeep: String
    /// Where to turn with what is not taken here, as the county has set it.
    let disciplineContact: String?
    let petitionContact: String?
    let informationContact: String?
    let errors: FormErrors
    /// Why the form is here again although nothing is wrong with it.
    let notice: String?

    static let samples = [
        MessageFormPage(
            title: "写留言", crumbs: [Crumb(href: "/", text: "首页")], key: "a", formKey: "b",
            kinds: [Kind(value: "inquiry", text: "咨询", hint: "问政策、问办事。", chosen: true)], heading: "路灯不亮",
            words: "晚上\n\"看不见\"",
            limit: 2000, limitText: "最多 2000 字", place: "老隆镇", units: [Choice(value: "1", text: "县民政局", chosen: true)],
            concerned: [Choice(value: "2", text: "县教育局", chosen: true)], concernedOpen: true, names: "王小明", name: "李",
            phone: "1", email: "a@b.cn", mayBePublished: true, mayShowName: true,
            uploads: Filled([Upload(id: "u", text: "照片.jpg（2 MB）")]), recording: Upload(id: "v", text: "录音（30 秒）"),
            similar: Filled([Similar(href: "/messages/1", title: "路灯", meta: "县城管局")]), privacyKeep: "90天后删除。",
            disciplineContact: "电话12388", petitionContact: "信访局",
            informationContact: "县政府办",
            errors: {
                var errors = FormErrors("kind", "请选择。")
                for field in [
                    "title", "message", "place", "unit", "concerned", "concerned_names", "name", "phone", "email",
                    "files",
                    "recording",
                ] { errors.add(field, "请填写。") }
                return errors
            }(), notice: "已经收到过。"),
        MessageFormPage(
            title: "写留言", crumbs: [], key: "a", formKey: "b", kinds: [], heading: "", words: "", limit: 2000,
            limitText: "最多 2000 字", place: "", units: [], concerned: [], concernedOpen: false, names: "", name: "",
            phone: "", email: "", mayBePublished: false, mayShowName: false, uploads: nil, recording: nil, similar: nil,
            privacyKeep: "90天后删除。", disciplineContact: nil, petitionContact: nil, informationContact: nil,
            errors: FormErrors(), notice: nil),
    ]
}

extension MessageFormPage {
    init(
        _ form: MessageForm, units: [Participation.Unit], uploads: [Attachment], similar: [PublicMessage],
        site: Site,
        errors: FormErrors, notice: String?, _ texts: Texts
    ) {
        let existing = units.filter { $0.validUntil == nil }
        title = texts["messages.form.title"]
        crumbs = [Crumb(href: "/", text: texts["nav.home"]), Crumb(href: "/messages", text: texts["nav.messages"])]
        (key, formKey) = (form.key.uuidString.lowercased(), form.formKey.uuidString.lowercased())
        kinds = MessageForm.Wish.allCases.map {
            Kind(
                value: $0.rawValue, text: texts["messages.kinds.\($0.rawValue)"],
                hint: texts["messages.kind_hints.\($0.rawValue)"], chosen: $0 == form.wish)
        }
        (heading, words, place, names) = (form.title, form.words, form.place, form.names)
        (limit, limitText) = (Intake.longestBody, texts["forms.limit", ["count": Intake.longestBody]])
        self.units = existing.map { Choice(value: "\($0.id)", text: $0.name, chosen: $0.id == form.unit) }
        concerned = existing.map {
            Choice(value: "\($0.id)", text: $0.name, chosen: form.concerned.contains($0.id))
        }
        concernedOpen =
            !form.concerned.isEmpty || !form.names.isEmpty || errors[field: "concerned"] != nil
            || errors[field: "concerned_names"] != nil
        (name, phone, email) = (form.name, form.phone, form.email)
        (mayBePublished, mayShowName) = (form.mayBePublished, form.mayShowName)
        self.uploads = Filled(
            uploads.filter { $0.seconds == nil }.map {
                Upload(id: $0.id.uuidString.lowercased(), text: texts.file($0.name, bytes: $0.size))
            })
        recording = uploads.first { $0.seconds != nil }.map {
            Upload(
                id: $0.id.uuidString.lowercased(),
                text: texts["messages.form.recording_there", ["count": Int(($0.seconds ?? 0).rounded(.up))]])
        }
        self.similar = Filled(similar.map { Similar($0, texts) })
        privacyKeep = texts["messages.privacy.keep", ["count": site.contactRetentionDays]]
        disciplineContact = site.disciplineContact
        petitionContact = site.petitionContact
        informationContact = site.informationContact
        (self.errors, self.notice) = (errors, notice)
    }
}

extension MessageFormPage.Similar {
    init(_ message: PublicMessage, _ texts: Texts) {
        self.init(
            href: "/messages/\(message.number)", title: message.title ?? message.number,
            meta: texts.answeredLine(message))
    }
}
