import Testing
import Text

@Suite struct MaskTests {
    @Test(arguments: [
        ("王明", "王**"), ("王小明", "王**"), ("王", "王**"), ("王 小明", "王**"), ("　李雷　", "李**"), ("陈方安生", "陈**"),
        ("欧阳修", "欧阳**"), ("司马相如", "司马**"), ("諸葛亮", "諸葛**"), ("上官婉儿", "上官**"), ("欧阳", "欧**"), ("吴铭轩", "吴**"),
        ("爱新觉罗·溥仪", "爱新觉罗·**"), ("爱新觉罗溥仪", "爱新觉罗**"),
        ("买买提·艾力", "买买提·**"), ("买买提•艾力", "买买提·**"), ("阿不都・热西提・江", "阿不都·**"), ("买买提．艾力", "买买提·**"),
        ("John Smith", "J**"), ("O'Brien", "O**"), ("J. Smith", "J**"), ("Élodie", "É**"), ("E\u{301}lodie", "E**"),
        ("𠮷田一郎", "𠮷**"), ("王\u{200B}小明", "王**"), ("王先生", "王**"), ("王John", "王**"),
        ("13800138000", "**"), ("·艾力", "**"), ("***", "**"), ("", ""), ("   ", ""), ("王**", "王**"), ("张*祥", "张**"),
    ])
    func namesHaveOneWidth(_ name: String, _ masked: String) {
        #expect(Mask.name(name) == masked)
    }

    @Test(arguments: [
        ("13812345678", "138****5678"), ("138 1234 5678", "138****5678"), ("１３８１２３４５６７８", "138****5678"),
        ("+86 138-1234-5678", "138****5678"), ("008613812345678", "138****5678"), ("013812345678", "138****5678"),
        ("0762-6752345", "0762-*****45"), ("07626752345", "0762-*****45"), ("(020)8312 3456", "020-*****56"),
        ("+86 762 6752345", "0762-*****45"), ("6752345", "*****45"), ("110", "****"), ("无", "****"), ("", ""),
    ])
    func phones(_ phone: String, _ masked: String) {
        #expect(Mask.phone(phone) == masked)
    }

    @Test func numbers() {
        #expect(Mask.identityNumber("440308198506153215") == "440308********3215")
        #expect(Mask.identityNumber("11010519491231002x") == "110105********002X")
        #expect(Mask.identityNumber("440308 850615 321") == "440308******321")
        #expect(Mask.identityNumber("E12345678") == "****")
        #expect(Mask.bankCard("6222 0212 0200 1234 567") == "6222********4567")
        #expect(Mask.bankCard("12345678") == "****")
        #expect(Mask.email("zhang.san@example.gov.cn") == "z***@example.gov.cn")
        #expect(Mask.email("no address") == "***")
        #expect(Mask.plate("粤p·12345") == "粤P*****")
    }
}

@Suite struct IdentityNumberTests {
    @Test func checks() {
        #expect(IdentityNumber.isValid("11010519491231002X"))
        #expect(IdentityNumber.isValid("11010519491231002x"))
        #expect(!IdentityNumber.isValid("110105194912310021"))
        #expect(!IdentityNumber.isValid("11010519491331002X"))
        #expect(!IdentityNumber.isValid("99010519491231002"))
        #expect(!IdentityNumber.isValid(""))
        #expect(!IdentityNumber.isValid("X1010519491231002X"))
    }
}
