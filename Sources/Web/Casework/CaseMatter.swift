/// What a case is about, in the words of the room it came from. Casework shows it and knows nothing else of it.
struct CaseMatter: Sendable {
    struct File: Sendable {
        let name: String
        let href: String
        /// Size, length of a recording: what to know before it is opened.
        let note: String?
    }

    /// What the author has added afterwards.
    struct Addition: Sendable {
        let time: String
        let text: String
    }

    /// Something its room can do with it on a page of its own.
    struct Link: Sendable {
        let href: String
        let text: String
    }

    struct Asked: Sendable {
        let by: String
        let question: String
    }

    /// How far its sealing is; reasons where it can be asked for.
    struct Sealing: Sendable {
        let number: String
        let text: String?
        let reasons: Filled<SealRequestPage.Choice>?
    }

    let title: String
    /// Of which kind it is: 投诉.
    let kind: String
    /// What was written; absent where nothing is left of it, which `absence` explains.
    let text: String?
    let absence: String?
    let facts: [Fact]
    let files: [File]
    /// What exactly somebody wants to know, above the answer.
    var asks: Asked?
    var link: Link?
    var sealing: Sealing?
    let additions: [Addition]
    /// The question as it may become public; masked before it does.
    let question: String

    static let sample = CaseMatter(
        title: "公交站牌看不清", kind: "投诉", text: "老隆镇的站牌字太小。", absence: nil, facts: [Fact(label: "地点", text: "老隆镇")],
        files: [File(name: "照片.jpg", href: "/desk/attachments/x", note: "1.2 MB")],
        asks: Asked(by: "陈", question: "能做到吗？"),
        link: Link(href: "/desk/cases/1/transcription", text: "听写录音"),
        sealing: Sealing(
            number: "MY-2026-000001-7", text: "已有人申请封存。",
            reasons: Filled([.init(value: "secret", text: "疑似涉密", hint: "")])),
        additions: [Addition(time: "11月28日 10:00", text: "还有一处。")], question: "老隆镇的站牌字太小。")
}
