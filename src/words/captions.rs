//! Words of captions: their form in the admin site, what is wrong with a file, the languages' names.

super::words! {
    field = "자막", "Captions";
    help = "WebVTT(.vtt)나 SRT(.srt) 파일을 여러 개 고를 수 있습니다. 파일 하나는 {0}, 동영상 하나에 {1}개까지입니다. 강의.ko.srt처럼 이름에 언어가 있으면 그 언어로 올립니다. 이미 있는 언어의 파일을 올리면 그 자막을 바꿉니다.", "You can choose several WebVTT (.vtt) or SRT (.srt) files: up to {0} each, and up to {1} per video. The language is taken from names like lesson.ko.srt. A file in a language the video already has replaces those captions.";
    language = "언어", "Language";
    from_file = "파일에서 알아내기", "Detect from the file";
    choose = "언어를 고르십시오", "Choose a language";
    default = "처음부터 켜기", "On by default";
    no_default = "처음에는 자막 끄기", "Captions off by default";
    delete = "삭제", "Delete";
    received = "받아 둔 파일", "Already uploaded";
    none = "자막이 없습니다.", "No captions.";
    goes = "자막 {0}개", "Captions: {0}";

    no_language = "‘{0}’ 자막의 언어를 고르십시오.", "Choose a language for “{0}”.";
    twice = "{0} 자막이 둘 이상입니다. 언어마다 하나만 남기십시오.", "There is more than one caption file for {0}. Keep only one per language.";
    too_many = "자막은 동영상 하나에 {0}개까지입니다.", "A video can have captions in up to {0} languages.";
    in_file = "‘{0}’: {1}", "“{0}”: {1}";
    empty = "파일이 비어 있습니다.", "The file is empty.";
    too_large = "자막 파일은 {0}까지 올릴 수 있습니다.", "A caption file can be up to {0}.";
    not_text = "글자를 읽을 수 없는 파일입니다. UTF-8, UTF-16, CP949(EUC-KR)로 저장한 자막 파일을 골라 주십시오.", "This file cannot be read as text. Choose a caption file saved as UTF-8, UTF-16 or CP949 (EUC-KR).";
    other_kind = "WebVTT나 SRT 자막이 아닙니다. SMI 같은 다른 자막은 자막 편집기에서 SRT로 저장해 올려 주십시오.", "This is not a WebVTT or SRT file. Convert other formats, such as SMI, to SRT in a subtitle editor first.";
    no_time = "{0}번째 줄의 자막에 시간이 없습니다. 00:00:01,000 --> 00:00:02,000 같은 줄이 그 앞에 있어야 합니다.", "The caption on line {0} has no times. It must be preceded by a line like 00:00:01,000 --> 00:00:02,000.";
    bad_time = "{0}번째 줄의 시간을 읽을 수 없습니다. 00:00:01,000 --> 00:00:02,000처럼 써야 합니다.", "The times on line {0} cannot be read. Write them like 00:00:01,000 --> 00:00:02,000.";
    ends_first = "{0}번째 줄의 자막은 시작하기 전에 끝납니다. 시간을 고쳐 주십시오.", "The caption on line {0} ends before it starts. Correct its times.";
    no_cue = "파일에 자막이 하나도 없습니다.", "There are no captions in the file.";

    shown = "자막: {0}", "Captions: {0}";
    hidden = "자막 끔", "Captions off";
    missing = "자막이 없는 동영상입니다", "This video has no captions";

    ko = "한국어", "Korean";
    en = "영어", "English";
    ja = "일본어", "Japanese";
    zh_hans = "중국어(간체)", "Chinese (simplified)";
    zh_hant = "중국어(번체)", "Chinese (traditional)";
    vi = "베트남어", "Vietnamese";
    th = "태국어", "Thai";
    id = "인도네시아어", "Indonesian";
    fil = "필리핀어", "Filipino";
    mn = "몽골어", "Mongolian";
    ru = "러시아어", "Russian";
    uz = "우즈베크어", "Uzbek";
    ne = "네팔어", "Nepali";
    km = "크메르어", "Khmer";
    my = "미얀마어", "Burmese";
    hi = "힌디어", "Hindi";
    ar = "아랍어", "Arabic";
    es = "스페인어", "Spanish";
    pt = "포르투갈어", "Portuguese";
    fr = "프랑스어", "French";
    de = "독일어", "German";
    it = "이탈리아어", "Italian";
    tr = "튀르키예어", "Turkish";
    uk = "우크라이나어", "Ukrainian";
}

impl Words {
    /// The name of a language by its tag; the tag itself where captions cannot have it.
    pub fn name<'a>(&self, tag: &'a str) -> &'a str {
        match tag {
            "ko" => self.ko,
            "en" => self.en,
            "ja" => self.ja,
            "zh-Hans" => self.zh_hans,
            "zh-Hant" => self.zh_hant,
            "vi" => self.vi,
            "th" => self.th,
            "id" => self.id,
            "fil" => self.fil,
            "mn" => self.mn,
            "ru" => self.ru,
            "uz" => self.uz,
            "ne" => self.ne,
            "km" => self.km,
            "my" => self.my,
            "hi" => self.hi,
            "ar" => self.ar,
            "es" => self.es,
            "pt" => self.pt,
            "fr" => self.fr,
            "de" => self.de,
            "it" => self.it,
            "tr" => self.tr,
            "uk" => self.uk,
            tag => tag,
        }
    }
}
