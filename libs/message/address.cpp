#include "message/address.hpp"

#include <algorithm>
#include <utility>

#include "core/ascii.hpp"
#include "message/lexer.hpp"
#include "message/unstructured.hpp"

namespace scop::message {

namespace {

struct Word {
  std::string text;
  bool quoted = false;
  bool is_dot = false;
  bool after_space = false;  // CFWS stands before it
};

//   address-list = address *("," address)
//   address      = mailbox / group
//   mailbox      = [display-name] angle-addr / addr-spec
//   group        = display-name ":" [mailbox-list / CFWS] ";" [CFWS]
//   angle-addr   = [CFWS] "<" [obs-route] addr-spec ">" [CFWS]
//   obs-route    = obs-domain-list ":"
class AddressParser {
 public:
  AddressParser(std::string_view text, AddressForm form) : lexer_(text), form_(form) {}

  bool parse_list(std::vector<Address>& list);
  bool parse_addr_spec_alone(Mailbox& mailbox);
  bool too_many() const { return mailboxes_ > most_mailboxes; }

 private:
  bool parse_address(Address& address);
  bool parse_group_members(Address& group);
  bool parse_mailbox(Mailbox& mailbox, std::vector<Word> words);
  bool parse_words(std::vector<Word>& words);
  bool parse_angle_addr(Mailbox& mailbox);
  bool parse_route();
  bool parse_addr_spec(Mailbox& mailbox, const std::vector<Word>& words);
  bool parse_domain(std::string& domain);
  bool local_part_of(const std::vector<Word>& words, std::string& local_part) const;
  static bool phrase_of(const std::vector<Word>& words, std::string& phrase);

  Lexer lexer_;
  AddressForm form_;
  std::size_t mailboxes_ = 0;
};

// Atoms, quoted strings and dots up to the special that tells what they were.
bool AddressParser::parse_words(std::vector<Word>& words) {
  for (;;) {
    const auto before = lexer_.left();
    if (!lexer_.skip_cfws()) return false;
    Word word;
    word.after_space = lexer_.left() != before;
    if (lexer_.peek() == '"') {
      auto content = lexer_.quoted_string();
      if (!content) return false;
      word.text = std::move(*content);
      word.quoted = true;
    } else if (lexer_.take('.')) {
      word.text = ".";
      word.is_dot = true;
    } else {
      word.text = lexer_.atom();
      if (word.text.empty()) return true;
    }
    words.push_back(std::move(word));
  }
}

//   local-part = dot-atom / quoted-string / obs-local-part
bool AddressParser::local_part_of(const std::vector<Word>& words, std::string& local_part) const {
  if (words.empty()) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    if (word.is_dot != (i % 2 == 1)) return false;
    if (form_ == AddressForm::strict && ((i > 0 && word.after_space) || (word.quoted && words.size() > 1))) {
      return false;
    }
    local_part += word.text;
  }
  return !words.back().is_dot;
}

//   display-name = phrase = 1*word / obs-phrase        ; obs-phrase: dots behind the first word
bool AddressParser::phrase_of(const std::vector<Word>& words, std::string& phrase) {
  for (const auto& word : words) {
    if (word.is_dot && phrase.empty()) return false;
    if (word.after_space && !phrase.empty()) phrase += ' ';
    phrase += word.text;
  }
  return true;
}

bool AddressParser::parse_domain(std::string& domain) {
  if (!lexer_.skip_cfws()) return false;
  if (lexer_.peek() == '[') {
    auto literal = lexer_.domain_literal();
    if (!literal) return false;
    domain = std::move(*literal);
    return lexer_.skip_cfws();
  }
  for (;;) {
    const auto label = lexer_.atom();
    if (label.empty()) return false;
    domain += label;
    const auto before = lexer_.left();
    if (!lexer_.skip_cfws()) return false;
    const bool spaced = lexer_.left() != before;
    if (lexer_.peek() != '.') return true;
    if (spaced && form_ == AddressForm::strict) return false;
    lexer_.take('.');
    domain += '.';
    const auto behind = lexer_.left();
    if (!lexer_.skip_cfws()) return false;
    if (lexer_.left() != behind && form_ == AddressForm::strict) return false;
  }
}

bool AddressParser::parse_addr_spec(Mailbox& mailbox, const std::vector<Word>& words) {
  return local_part_of(words, mailbox.local_part) && lexer_.take('@') && parse_domain(mailbox.domain);
}

//   obs-domain-list = *(CFWS / ",") "@" domain *("," [CFWS] ["@" domain])
bool AddressParser::parse_route() {
  if (form_ == AddressForm::strict) return false;
  for (;;) {
    if (!lexer_.skip_cfws()) return false;
    if (lexer_.take(':')) return true;
    if (lexer_.take(',')) continue;
    std::string domain;
    if (!lexer_.take('@') || !parse_domain(domain)) return false;
  }
}

bool AddressParser::parse_angle_addr(Mailbox& mailbox) {
  if (!lexer_.take('<') || !lexer_.skip_cfws()) return false;
  if ((lexer_.peek() == '@' || lexer_.peek() == ',') && !parse_route()) return false;
  std::vector<Word> words;
  return parse_words(words) && parse_addr_spec(mailbox, words) && lexer_.take('>') && lexer_.skip_cfws();
}

bool AddressParser::parse_mailbox(Mailbox& mailbox, std::vector<Word> words) {
  if (++mailboxes_ > most_mailboxes) return false;
  if (lexer_.peek() == '<') return phrase_of(words, mailbox.display_name) && parse_angle_addr(mailbox);
  return parse_addr_spec(mailbox, words);
}

bool AddressParser::parse_group_members(Address& group) {
  for (;;) {
    std::vector<Word> words;
    if (!parse_words(words)) return false;
    const bool nothing = words.empty() && (lexer_.peek() == ',' || lexer_.peek() == ';');
    if (nothing) {
      const bool empty_group = group.mailboxes.empty() && lexer_.peek() == ';';
      if (form_ == AddressForm::strict && !empty_group) return false;
    } else {
      Mailbox mailbox;
      if (!parse_mailbox(mailbox, std::move(words))) return false;
      group.mailboxes.push_back(std::move(mailbox));
    }
    if (lexer_.take(';')) return lexer_.skip_cfws();
    if (!lexer_.take(',')) return false;
  }
}

bool AddressParser::parse_address(Address& address) {
  std::vector<Word> words;
  if (!parse_words(words)) return false;
  if (!words.empty() && lexer_.take(':')) {
    address.is_group = true;
    return phrase_of(words, address.group_name) && parse_group_members(address);
  }
  Mailbox mailbox;
  if (!parse_mailbox(mailbox, std::move(words))) return false;
  address.mailboxes.push_back(std::move(mailbox));
  return true;
}

bool AddressParser::parse_list(std::vector<Address>& list) {
  for (;;) {
    if (!lexer_.skip_cfws()) return false;
    const bool nothing = lexer_.at_end() || lexer_.peek() == ',';
    if (nothing && form_ == AddressForm::strict) return false;
    if (!nothing) {
      Address address;
      if (!parse_address(address)) return false;
      // A group counts too: a list of empty ones is as long as a list of mailboxes.
      if (address.is_group && ++mailboxes_ > most_mailboxes) return false;
      list.push_back(std::move(address));
    }
    if (lexer_.at_end()) return !list.empty();
    if (!lexer_.take(',')) return false;
  }
}

bool AddressParser::parse_addr_spec_alone(Mailbox& mailbox) {
  std::vector<Word> words;
  const auto before = lexer_.peek();
  if (ascii::is_wsp(before) || before == '(' || before == '\r') return false;
  return parse_words(words) && parse_addr_spec(mailbox, words) && lexer_.at_end();
}

bool is_dot_atom(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return c == '.' || is_atext(c); });
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += ascii::is_control(c) && c != '\t' ? ' ' : c;
  }
  return out + '"';
}

}  // namespace

Outcome<std::vector<Address>> parse_addresses(std::string_view value, AddressForm form) {
  if (!ascii::is_utf8(value)) return failure(ErrorKind::malformed, "addresses are not UTF-8");
  AddressParser parser(value, form);
  std::vector<Address> list;
  if (parser.parse_list(list)) return list;
  if (parser.too_many()) return failure(ErrorKind::too_large, "too many addresses in one field");
  return failure(ErrorKind::malformed, "not a list of addresses: " + ascii::printable(value));
}

Outcome<Mailbox> parse_mailbox(std::string_view value, AddressForm form) {
  auto list = parse_addresses(value, form);
  if (!list) return std::unexpected(std::move(list.error()));
  if (list->size() != 1 || list->front().is_group) {
    return failure(ErrorKind::malformed, "not exactly one mailbox: " + ascii::printable(value));
  }
  return std::move(list->front().mailboxes.front());
}

Outcome<Mailbox> parse_addr_spec(std::string_view text) {
  Mailbox mailbox;
  const bool spaced = text.find_last_of(" \t)") == text.size() - 1;
  if (text.empty() || spaced || !ascii::is_utf8(text) ||
      !AddressParser(text, AddressForm::strict).parse_addr_spec_alone(mailbox)) {
    return failure(ErrorKind::malformed, "not an address: " + ascii::printable(text));
  }
  return mailbox;
}

std::vector<Mailbox> mailboxes_of(const std::vector<Address>& addresses) {
  std::vector<Mailbox> all;
  for (const auto& address : addresses)
    all.insert(all.end(), address.mailboxes.begin(), address.mailboxes.end());
  return all;
}

std::string addr_spec(const Mailbox& mailbox) {
  const auto local = is_dot_atom(mailbox.local_part) ? mailbox.local_part : quoted(mailbox.local_part);
  return local + '@' + mailbox.domain;
}

std::string to_text(const Mailbox& mailbox) {
  const auto& name = mailbox.display_name;
  if (name.empty()) return addr_spec(mailbox);
  const bool plain = std::ranges::all_of(name, [](char c) { return c == ' ' || is_atext(c); });
  const auto phrase = !ascii::is_all_ascii(name) ? encode_words(name) : plain ? name : quoted(name);
  return phrase + " <" + addr_spec(mailbox) + '>';
}

}  // namespace scop::message
