#include "corpus/scripts.hpp"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <map>
#include <memory>

namespace scop::corpus {

namespace {

constexpr std::array<std::string_view, 4> latin{"us-ascii", "utf-8", "iso-8859-1", "windows-1252"};
constexpr std::array<std::string_view, 6> west{"utf-8",        "iso-8859-1", "iso-8859-15",
                                               "windows-1252", "UTF-8",      "iso-8859-9"};
constexpr std::array<std::string_view, 3> nordic{"utf-8", "iso-8859-10", "iso-8859-4"};
constexpr std::array<std::string_view, 4> middle{"utf-8", "iso-8859-2", "windows-1250", "iso-8859-16"};
constexpr std::array<std::string_view, 2> baltic{"utf-8", "iso-8859-13"};
constexpr std::array<std::string_view, 3> turkish{"utf-8", "iso-8859-9", "windows-1254"};
constexpr std::array<std::string_view, 6> cyrillic{"utf-8",      "koi8-r", "windows-1251",
                                                   "iso-8859-5", "KOI8-R", "ibm866"};
constexpr std::array<std::string_view, 2> ukrainian{"utf-8", "koi8-u"};
constexpr std::array<std::string_view, 3> greek{"utf-8", "iso-8859-7", "windows-1253"};
constexpr std::array<std::string_view, 3> hebrew{"utf-8", "iso-8859-8", "windows-1255"};
constexpr std::array<std::string_view, 3> arabic{"utf-8", "iso-8859-6", "windows-1256"};
constexpr std::array<std::string_view, 2> thai{"utf-8", "tis-620"};
constexpr std::array<std::string_view, 1> unicode{"utf-8"};
constexpr std::array<std::string_view, 4> chinese{"utf-8", "gb2312", "gbk", "gb18030"};
constexpr std::array<std::string_view, 2> taiwan{"utf-8", "big5"};
constexpr std::array<std::string_view, 4> japanese{"utf-8", "iso-2022-jp", "euc-jp", "shift_jis"};
constexpr std::array<std::string_view, 3> korean{"utf-8", "euc-kr", "ks_c_5601-1987"};

// Hamlet, and article 1 of the Universal Declaration of Human Rights.
const std::array all_scripts{
    Script{"To be, or not to be, that is the question: whether tis nobler in the mind to suffer the slings "
           "and arrows of outrageous "
           "fortune, or to take arms against a sea of troubles and by opposing end them. To die, to sleep, "
           "no more; and by a sleep "
           "to say we end the heartache and the thousand natural shocks that flesh is heir to. There are "
           "more things in heaven and "
           "earth, Horatio, than are dreamt of in your philosophy. Though this be madness, yet there is "
           "method in it.",
           latin},
    Script{"Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und "
           "Gewissen begabt und sollen "
           "einander im Geist der Brüderlichkeit begegnen. Größe, Übung, Äpfel und süße Öle gehören dazu.",
           west},
    Script{"Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de "
           "raison et de conscience et "
           "doivent agir les uns envers les autres dans un esprit de fraternité. Voilà ce que ça coûte à la "
           "forêt.",
           west},
    Script{"Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de "
           "razón y conciencia, deben "
           "comportarse fraternalmente los unos con los otros. El niño soñó con el año pasado.",
           west},
    Script{"Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on annettu "
           "järki ja omatunto, ja "
           "heidän on toimittava toisiaan kohtaan veljeyden hengessä.",
           nordic},
    Script{"Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni "
           "rozumem i sumieniem i "
           "powinni postępować wobec innych w duchu braterstwa.",
           middle},
    Script{"Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Jiems suteiktas protas ir sąžinė ir "
           "jie turi elgtis vienas "
           "kito atžvilgiu kaip broliai.",
           baltic},
    Script{"Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve "
           "birbirlerine karşı "
           "kardeşlik zihniyeti ile hareket etmelidirler.",
           turkish},
    Script{"Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и "
           "совестью и должны поступать "
           "в отношении друг друга в духе братства.",
           cyrillic},
    Script{"Всі люди народжуються вільними і рівними у своїй гідності та правах. Вони наділені розумом і "
           "совістю і повинні діяти у "
           "відношенні один до одного в дусі братерства. Ґанок і єдність.",
           ukrainian},
    Script{"Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. Είναι "
           "προικισμένοι με λογική και "
           "συνείδηση, και οφείλουν να συμπεριφέρονται μεταξύ τους με πνεύμα αδελφοσύνης.",
           greek},
    Script{"כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון, לפיכך חובה "
           "עליהם לנהוג איש ברעהו ברוח "
           "של אחווה.",
           hebrew},
    Script{"يولد جميع الناس أحرارا متساوين في الكرامة والحقوق وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم "
           "بعضا بروح الإخاء.",
           arabic},
    Script{"มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม "
           "และควรปฏิบัติต่อกันด้วยเจตนารมณ์แห่งภราดรภาพ",
           thai},
    Script{"सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है। उन्हें बुद्धि और अन्तरात्मा की "
           "देन प्राप्त है",
           unicode},
    Script{"人人生而自由 在尊严和权利上一律平等 他们赋有理性和良心 并应以兄弟关系的精神相对待", chinese},
    Script{"人人生而自由 在尊嚴和權利上一律平等 他們賦有理性和良心 並應以兄弟關係的精神相對待", taiwan},
    Script{"すべての人間は 生まれながらにして自由であり かつ 尊厳と権利とについて平等である 人間は "
           "理性と良心とを授けられており 互いに同胞の精神をもって行動しなければならない",
           japanese},
    Script{"모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다 인간은 천부적으로 이성과 "
           "양심을 부여받았으며 서로 형제애의 정신으로 행동하여야 한다",
           korean},
    Script{
        "🙂 party 🎉 time 🚀 launch ✉️ mail 🐧 tux ❤️ love ½ price € cost — dash “quoted” … and so on 𝛑 math",
        unicode},
};

struct Closed {
  void operator()(void* converter) const { iconv_close(converter); }
};

}  // namespace

std::span<const Script> scripts() { return all_scripts; }

std::optional<std::string> in_charset(std::string_view charset, std::string_view text) {
  const std::string name(charset);
  const std::unique_ptr<void, Closed> converter(iconv_open(name.c_str(), "UTF-8"));
  if (converter.get() == iconv_t(-1)) return std::nullopt;
  std::string in(text);
  std::string out(text.size() * 4 + 64, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size();
  std::size_t room = out.size();
  if (iconv(converter.get(), &from, &left, &to, &room) != 0 || left != 0) return std::nullopt;
  iconv(converter.get(), nullptr, nullptr, &to, &room);  // back to the first state
  out.resize(out.size() - room);
  return out;
}

}  // namespace scop::corpus
