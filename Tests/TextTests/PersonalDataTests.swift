import TestSupport
import Testing
import Text

@Suite struct PersonalDataTests {
    private func found(_ text: String) -> [String] {
        PersonalData.find(in: text).map { "\($0.kind.rawValue):\(String(text.unicodeScalars[$0.range]))" }
    }

    @Test(arguments: [
        ("身份证11010519491231002X，谢谢", "11010519491231002X"), ("号码：440308198506153219。", "440308198506153219"),
        ("１１０１０５１９４９１２３１００２Ｘ", "１１０１０５１９４９１２３１００２Ｘ"), ("110105 19491231 002X", "110105 19491231 002X"),
        ("1101 0519 4912 3100 2x", "1101 0519 4912 3100 2x"), ("11010519491231002 X号", "11010519491231002 X"),
        ("旧证440308850615321在此", "440308850615321"), ("11010519491231002Xy", ""), ("11010519491331002X", ""),
    ])
    func identityNumbers(_ text: String, _ number: String) {
        let expected = number.isEmpty ? [] : ["identity_number:\(number)"]
        let findings = found(text)
        // A wrong check digit is a slip away from somebody's number; an impossible birthday is something else.
        #expect(findings.filter { $0.hasPrefix("identity") } == expected)
    }

    @Test(arguments: [
        ("请打13812345678找我", "13812345678"), ("tel:138-1234-5678", "138-1234-5678"), ("138 1234 5678", "138 1234 5678"),
        ("１３８１２３４５６７８", "１３８１２３４５６７８"), ("1 3 8 1 2 3 4 5 6 7 8", "1 3 8 1 2 3 4 5 6 7 8"),
        ("+86 13812345678", "86 13812345678"), ("1\u{336}3\u{336}8\u{336}12345678", "1\u{336}3\u{336}8\u{336}12345678"),
        ("13\u{200B}812345678", "13\u{200B}812345678"), ("138.1234.5678.", "138.1234.5678"),
        ("微信wx13812345678", "13812345678"),
        ("13812345678\u{FE0F}\u{20E3}", "13812345678\u{FE0F}\u{20E3}"),
    ])
    func mobiles(_ text: String, _ number: String) {
        #expect(found(text) == ["mobile:\(number)"])
    }

    @Test(arguments: [
        ("0762-6752345", "0762-6752345"), ("（0762）6752345", "0762）6752345"), ("办公室07626752345", "07626752345"),
        ("020 8312 3456", "020 8312 3456"), ("+86 762 6752345", "86 762 6752345"), ("电话：6752345", "6752345"),
        ("座机 675-2345", "675-2345"),
    ])
    func landlines(_ text: String, _ number: String) {
        #expect(found(text) == ["landline:\(number)"])
    }

    @Test(arguments: ["6222021202001234567", "6222 0212 0200 1234 567", "6217000000000006", "6217000000000001"])
    func bankCards(_ number: String) {
        let isRight = found("卡号\(number)。").first?.hasPrefix("bank_card") ?? false
        #expect(isRight == Self.luhn(number))
    }

    private static func luhn(_ number: String) -> Bool {
        let digits = number.compactMap(\.wholeNumberValue)
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            let value = digit.offset % 2 == 1 ? digit.element * 2 : digit.element
            return sum + value / 10 + value % 10
        }
        return sum % 10 == 0
    }

    @Test(arguments: [
        ("王小明和李四", ["王小明", "李四"], "***和***"), ("王小明李四", ["王小明", "李四"], "***"), ("王小明科长", ["小明科", "王小明"], "***长"),
        ("王小明的电话13812345678", ["王小明"], "***的电话***"), ("座机 675-2345，李", ["座机", "李"], "*** ***，***"),
        ("e\u{301}e", ["e"], "***\u{301}***"), ("没有", ["王"], "没有"), ("没有", [""], "没有"),
    ])
    func whatIsTakenOutLeavesOneMask(text: String, passages: [String], expected: String) {
        #expect(Array(PersonalData.blanked(text, without: passages).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test func otherKinds() {
        #expect(found("车牌粤P·12345占道") == ["plate:粤P·12345"])
        #expect(found("粤pd12345") == ["plate:粤pd12345"])
        #expect(found("写信到 zhang.san@example.cn。") == ["email:zhang.san@example.cn"])
        #expect(found("13812345678@139.com") == ["email:13812345678@139.com"])
        #expect(found("ａｂ＠example.cn") == ["email:ａｂ＠example.cn"])
        #expect(found("住老隆镇新城路12号3栋502室，") == ["address:12号3栋502室"])
        #expect(found("佗城镇佳派村88号") == ["address:88号"])
        #expect(found("新城路三十二号旁") == ["address:三十二号"])
        #expect(found("和谐小区A栋2单元301房") == ["address:A栋2单元301房"])
        #expect(found("中山路12-3号") == ["address:12-3号"])
    }

    @Test func severalInOneText() {
        #expect(found("13812345678 13987654321") == ["mobile:13812345678", "mobile:13987654321"])
        #expect(
            found("11010519491231002X 13812345678") == ["identity_number:11010519491231002X", "mobile:13812345678"])
        #expect(found("2020 13812345678") == ["mobile:13812345678"])
        #expect(found("0762-6752345 13812345678") == ["landline:0762-6752345", "mobile:13812345678"])
    }

    @Test(arguments: [
        "龙府办〔2020〕58号", "国务院令第713号第15条", "2020年11月28日 21:14:06", "MY-2026-000127-0", "3月12号前公示",
        "本村12号前交", "镇里发的街道12号文件", "地铁3号线", "共征集意见3条，采纳2条", "2020-11-28 21", "12345热线", "请打110",
        "金额1234567.00元", "20201128211406000", "10 20 30 40 50 60", "人口595771，面积3081", "95588", "川A楼", "a@b", "@", "",
        "会议室301", "138001380001", "一村一品", "12380000000000000000000000001",
    ])
    func leavesOtherThingsAlone(_ text: String) {
        #expect(found(text) == [])
    }

    @Test func masksInPlace() {
        #expect(
            PersonalData.masked("我是11010519491231002X，电话１３８１２３４５６７８，住新城路12号502室。")
                == "我是110105********002X，电话138****5678，住新城路***。")
        #expect(PersonalData.masked("粤P·12345和z@example.cn") == "粤P*****和z***@example.cn")
        #expect(PersonalData.masked("没有什么\u{301}可遮") == "没有什么\u{301}可遮")
        let twice = PersonalData.masked(PersonalData.masked("0762-6752345，13812345678"))
        #expect(twice == "0762-*****45，138****5678")
    }

    @Test func isQuickOnLongTexts() {
        let text = String(repeating: "1 2-3 新城路12 粤A 一二三 a@ ", count: 500)
        #expect(processorTime { _ = PersonalData.find(in: text) } < .seconds(3))
    }
}

@Suite("Addresses of e-mail as typed")
struct EmailAddressTests {
    @Test(arguments: [
        (" Zhang.San@QQ.COM ", "Zhang.San@qq.com"), ("ｚｈａｎｇ＠１６３．ｃｏｍ", "zhang@163.com"),
        ("a+b_c-d@x.gov.cn", "a+b_c-d@x.gov.cn"),
    ])
    func taken(typed: String, address: String) { #expect(EmailAddresses.normalised(typed) == address) }

    @Test(arguments: [
        "", "zhang", "@qq.com", "zhang@", "zhang@qq", "zhang@@qq.com", "zhang san@qq.com", ".zhang@qq.com",
        "zhang..san@qq.com",
        "zhang@-qq.com", "zhang@1.2.3.4", "张三@qq.com", "zhang@龙川.cn", "zhang@qq.com\r\nBcc: x@y.cn",
        "zhang@qq.com,li@qq.com",
        "<zhang@qq.com>", String(repeating: "a", count: 65) + "@qq.com",
        "a@" + String(repeating: "b.", count: 130) + "cn",
        "a\u{0}@qq.com", "a\u{301}@qq.com",
    ])
    func refused(typed: String) { #expect(EmailAddresses.normalised(typed) == nil) }
}
