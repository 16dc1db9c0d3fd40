"""A second lot of template families, written after the first; the rule of the third edition was made for them."""

from support.template_editions import Family

MARINE = Family(
    "marine",
    "en",
    "Inshore waters forecast: {entity}",
    "Inshore waters forecast for {entity}, issued at 0500 on the {day}th.\n"
    "Wind: {wind}, {force}. Sea state: {sea}. Weather: {sky}. Visibility: {view}.\n"
    "Outlook for the following twenty-four hours. Wind: {wind}, {force}. Sea state: {sea}. Weather: {sky}. "
    "Visibility: {view}.\n"
    "Mariners are reminded that inshore forecasts cover the area up to twelve miles offshore and that "
    "conditions close to "
    "headlands may be worse than stated. Small craft should carry a radio and check the tide tables before leaving.",
    ("Cape Harrow to Tern Point", "the Wexley estuary", "Skerry Sound", "Gull Bay"),
    {
        "wind": ("southwesterly", "variable", "northeasterly", "westerly backing southerly"),
        "force": ("force three or four", "gale force eight at times", "five or six", "mainly two"),
        "sea": ("slight", "moderate or rough", "smooth", "very rough at first"),
        "sky": ("showers", "fair", "rain later", "thundery showers", "drizzle"),
        "view": ("good", "moderate, occasionally poor", "poor"),
    },
)
MENU = Family(
    "school_menu",
    "sv",
    "Skolmaten i {entity}: det här serveras i dag",
    "I dag serveras {dish} i {entity}s skolor, med {side} som tillbehör. Det vegetariska alternativet är {dish}.\n"
    "Salladsbordet innehåller {side}, {side} och knäckebröd. Till efterrätt blir det {sweet}.\n"
    "Har ditt barn en allergi ska du meddela köket i god tid. Menyn kan ändras om en leverans uteblir. "
    "Maten lagas från "
    "grunden i kommunens centralkök och körs ut till skolorna under förmiddagen. Veckans hela matsedel finns på "
    "kommunens webbplats, där du också kan lämna synpunkter.",
    ("Ekeby", "Norrhult", "Sandviken", "Lillån"),
    {
        "dish": ("fiskgratäng", "köttbullar med potatis", "linssoppa", "pannkakor", "kycklinggryta", "pasta med pesto"),
        "side": ("rivna morötter", "lingonsylt", "gurka", "majs", "vitkål"),
        "sweet": ("frukt", "ett äpple", "yoghurt"),
    },
)
DUST = Family(
    "air_quality",
    "ko",
    "{entity} 오늘의 미세먼지 {level}",
    "{entity}의 {day}일 미세먼지 농도는 {level} 수준을 보이겠다. 초미세먼지는 {level} 수준으로 "
    "예상된다고 환경당국이 밝혔다. 오전에는 {cause} 농도가 다소 "
    "높아지겠으나 오후부터는 {cause} 점차 나아질 전망이다.\n"
    "낮 최고기온은 {n:3:19}도로 예보됐다. 호흡기 질환이 있는 시민은 외출할 때 마스크를 쓰고, 실내 환기는 "
    "짧게 하는 것이 좋다. 실시간 정보는 누리집과 "
    "휴대전화 앱에서 확인할 수 있으며 예보는 하루 네 차례 갱신된다.",
    ("서천시", "동해군", "남원구", "북평읍"),
    {
        "level": ("좋음", "보통", "나쁨", "매우 나쁨"),
        "cause": ("대기가 정체되면서", "바람이 강해지면서", "국외에서 들어온 먼지로", "비가 내리면서"),
    },
)
PRAYER = Family(
    "prayer_times",
    "ar",
    "مواقيت الصلاة اليوم في {entity}",
    "تنشر لكم الصحيفة مواقيت الصلاة في مدينة {entity} اليوم الموافق {day} نوفمبر بحسب التوقيت المحلي.\n"
    "صلاة الفجر في الساعة {n:4:5}:{n:10:59} صباحا، والشروق في الساعة {n:6:6}:{n:10:59}، والظهر في الساعة "
    "{n:11:12}:{n:10:59}، "
    "والعصر في الساعة {n:2:3}:{n:10:59}، والمغرب في الساعة {n:5:5}:{n:10:59}، والعشاء في الساعة "
    "{n:6:7}:{n:10:59} مساء.\n"
    "وتختلف المواقيت بضع دقائق بين أحياء المدينة وضواحيها. وتدعو الهيئة المصلين إلى التأكد من المواقيت "
    "عبر المسجد القريب، "
    "وتنشر الصحيفة المواقيت كل يوم نقلا عن هيئة المساحة.",
    ("السويدة", "الحرة", "المرج", "الوادي"),
)
CRYPTO = Family(
    "coin_price",
    "en",
    "{entity} price analysis: what comes next?",
    "{entity} (COIN) traded at ${n:1:99}.{n:10:99} on the {day}th, {move} {n:1:19}.{n:1:9} percent over "
    "the past day, as "
    "traders {mood}. Trading volume came to ${n:100:999} million.\n"
    "On the daily chart the coin sits {where} its moving average, and the relative strength index reads "
    "{n:20:80}. Analysts "
    "see support near ${n:1:50} and resistance near ${n:51:99}. A close above that level may open the "
    "door to further gains; "
    "a close below support may invite sellers.\n"
    "Digital assets are volatile, and nothing in this article is investment advice. Do your own research "
    "before you buy or "
    "sell. The author may hold one or more of the assets that are mentioned.",
    ("Lumencoin", "Ferrite", "Aquila", "Brightchain"),
    {
        "move": ("up", "down"),
        "mood": ("took profits", "waited for the rate decision", "returned to risk", "shrugged off the news"),
        "where": ("above", "below", "just on"),
    },
)
GARAGE = Family(
    "fire_log",
    "pt",
    "Bombeiros de {entity} registram ocorrências do dia {day}",
    "O Corpo de Bombeiros de {entity} atendeu {n:5:40} ocorrências no dia {day}, segundo o boletim "
    "divulgado na manhã seguinte.\n"
    "{call} foi o caso que mais mobilizou as equipes. Também houve {call2} e {call2}. {hurt}\n"
    "O tempo médio de resposta foi de {n:6:15} minutos. A corporação lembra que trotes atrasam o socorro "
    "a quem precisa e que "
    "o número de emergência funciona vinte e quatro horas por dia. O boletim é divulgado todas as manhãs.",
    ("Pedra Alta", "Rio Manso", "Santa Luzia do Vale", "Barra Nova"),
    {
        "call": (
            "Um incêndio em um depósito",
            "A queda de uma árvore",
            "Um vazamento de gás",
            "O resgate de um cavalo",
        ),
        "call2": (
            "um acidente de moto",
            "um princípio de incêndio em residência",
            "captura de uma cobra",
            "corte de árvore",
        ),
        "hurt": (
            "Ninguém ficou ferido.",
            "Uma pessoa foi levada ao hospital.",
            "Duas pessoas receberam atendimento no local.",
        ),
    },
)
THAI_FUEL = Family(
    "fuel_th",
    "th",
    "ราคาน้ำมันวันนี้ {entity} เช็กราคาล่าสุด",
    "ราคาน้ำมันในจังหวัด{entity}ประจำวันที่ {day} พฤศจิกายน มีดังนี้ แก๊สโซฮอล์ 95 ลิตรละ "
    "{n:30:44}.{n:10:99} บาท แก๊สโซฮอล์ 91 ลิตรละ "
    "{n:30:44}.{n:10:99} บาท และดีเซลลิตรละ {n:28:36}.{n:10:99} บาท\n"
    "ทั้งนี้ราคาดังกล่าวยังไม่รวมภาษีบำรุงท้องที่ และอาจแตกต่างกันไปในแต่ละสถานีบริการ "
    "ผู้ใช้รถควรตรวจสอบราคาก่อนเติมทุกครั้ง "
    "กองทุนน้ำมันระบุว่าราคาในตลาดโลกยังคงผันผวน และจะประกาศราคาใหม่ทุกวันในช่วงเย็น",
    ("ลำพูน", "น่าน", "ตราด", "ระนอง"),
)
HEARINGS = Family(
    "court_list",
    "en",
    "{entity} court list: hearings for today",
    "The following matters are listed at {entity} on the {day}th. Times are approximate, and cases may "
    "be moved at short "
    "notice.\n"
    "Courtroom one: {who}, charged with {what}. Courtroom two: {who}, charged with {what}. Courtroom three: {who}, "
    "sentencing after a plea to {what}.\n"
    "All defendants are presumed innocent until proven guilty. Members of the public may attend unless "
    "the judge orders "
    "otherwise; photographs and recordings are not allowed anywhere in the building. Lists are published "
    "each weekday.",
    ("Harlow Cross Crown Court", "Tilbrook Magistrates", "Penmere County Court", "Ashby Sessions House"),
    {
        "who": ("Leonard Pike", "Dana Mercer", "Owen Stark", "Philippa Rudd", "Marcus Hale", "Ines Fairley"),
        "what": ("theft", "dangerous driving", "common assault", "fraud", "burglary of a shop"),
    },
)
LATER = (MARINE, MENU, DUST, PRAYER, CRYPTO, GARAGE, THAI_FUEL, HEARINGS)
