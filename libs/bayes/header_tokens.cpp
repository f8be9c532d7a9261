#include "bayes/header_tokens.hpp"

#include <algorithm>
#include <array>

#include "bayes/words.hpp"
#include "core/ascii.hpp"
#include "message/address.hpp"
#include "message/header.hpp"

namespace scop::bayes {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t most_recipients = 30;
constexpr std::size_t most_subject_words = 60;
constexpr std::size_t most_value_words = 25;
constexpr std::size_t most_names = 100;

// Told by others on the way, by other filters, or added on delivery: no evidence of the sender's.
constexpr std::array ignored_names{"return-path"sv,
                                   "delivered-to"sv,
                                   "delivery-date"sv,
                                   "envelope-to"sv,
                                   "x-original-to"sv,
                                   "x-envelope-to"sv,
                                   "x-keywords"sv,
                                   "keywords"sv,
                                   "status"sv,
                                   "x-status"sv,
                                   "x-uid"sv,
                                   "x-uidl"sv,
                                   "x-imap"sv,
                                   "content-length"sv,
                                   "lines"sv,
                                   "authentication-results"sv,
                                   "received-spf"sv,
                                   "x-bogosity"sv,
                                   "x-mailscanner"sv,
                                   "x-virus-scanned"sv,
                                   "x-antiabuse"sv,
                                   "x-mozilla-status"sv,
                                   "x-mozilla-status2"sv,
                                   "x-evolution"sv,
                                   "x-gmail-labels"sv,
                                   "x-gm-thrid"sv,
                                   "x-junkmail"sv,
                                   "x-barracuda-spam-score"sv,
                                   "x-dspam-result"sv,
                                   "x-crm114-status"sv,
                                   "x-label"sv,
                                   "old-subject"sv,
                                   "xref"sv};
constexpr std::array ignored_beginnings{"x-spam"sv,      "x-rspamd"sv,
                                        "arc-"sv,        "x-mailscanner"sv,
                                        "x-dspam"sv,     "x-crm114"sv,
                                        "x-bogosity"sv,  "x-scop"sv,
                                        "x-pyzor"sv,     "x-razor"sv,
                                        "x-greylist"sv,  "x-ms-exchange-organization"sv,
                                        "x-forefront"sv, "x-microsoft-antispam"sv,
                                        "x-barracuda"sv, "x-proofpoint"sv,
                                        "x-ironport"sv,  "x-sa-exim"sv,
                                        "x-amavis"sv,    "x-spambayes"sv,
                                        "x-antivirus"sv, "x-virus"sv};
// Read by code of their own.
constexpr std::array known_names{"from"sv,        "to"sv,          "cc"sv,         "reply-to"sv,
                                 "sender"sv,      "subject"sv,     "date"sv,       "message-id"sv,
                                 "received"sv,    "in-reply-to"sv, "references"sv, "dkim-signature"sv,
                                 "content-type"sv};

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_ignored(std::string_view lower_name) {
  return is_among(ignored_names, lower_name) || std::ranges::any_of(ignored_beginnings, [&](auto beginning) {
           return lower_name.starts_with(beginning);
         });
}

struct Sender {
  std::string domain;
  std::string address;
};

class Header {
 public:
  Header(Tokens& tokens, const mime_text::Message& message, mime_text::Charsets& charsets)
      : tokens_(tokens), message_(message), charsets_(charsets) {}
  void add();

 private:
  void names();
  void subject();
  void senders();
  void sender(std::string_view prefix, std::string_view name, Sender& found);
  void recipients();
  void message_id();
  void others();
  std::string decoded(std::string_view prefix, std::string_view value);

  Tokens& tokens_;
  const mime_text::Message& message_;
  mime_text::Charsets& charsets_;
  Sender from_;
};

std::string Header::decoded(std::string_view prefix, std::string_view value) {
  auto text = charsets_.decode_field(value);
  if (!text.clean) tokens_.add(prefix, "raw-8bit");
  if (!text.known) tokens_.add(prefix, "unknown-charset");
  return std::move(text.text);
}

void Header::add() {
  names();
  subject();
  senders();
  recipients();
  message_id();
  others();
}

// The order in which a program writes its fields is its handwriting.
void Header::names() {
  std::string last;
  std::size_t count = 0;
  for (const auto& field : message_.fields()) {
    auto name = ascii::to_lower(field.name);
    if (is_ignored(name) || name == "received" || name == last || ++count > most_names) continue;
    tokens_.add("h", field.name);
    last = std::move(name);
  }
}

void Header::subject() {
  const auto raw = message_.first("Subject");
  if (ascii::trim(raw).empty()) return tokens_.add("no-subject");
  const auto text = decoded("subject", raw);
  add_words(tokens_, "s", text, most_subject_words);
  if (raw.contains("=?")) tokens_.add("subject", "encoded-word");
  const auto count = [&](auto wanted) {
    return static_cast<std::size_t>(std::ranges::count_if(text, wanted));
  };
  const auto upper = count([](char c) { return c >= 'A' && c <= 'Z'; });
  const auto lower = count([](char c) { return c >= 'a' && c <= 'z'; });
  if (upper > 5 && lower == 0) tokens_.add("subject", "all-capitals");
  if (text.contains("     ")) tokens_.add("subject", "gap");
  if (text.ends_with('!')) tokens_.add("subject", "ends-!");
  if (text.ends_with('?')) tokens_.add("subject", "ends-?");
  if (ascii::starts_with_ignoring_case(text, "re:")) {
    const bool answers = !message_.first("In-Reply-To").empty() || !message_.first("References").empty();
    tokens_.add("subject", answers ? "reply" : "reply-to-nothing");
  }
}

void Header::sender(std::string_view prefix, std::string_view name, Sender& found) {
  const auto value = message_.first(name);
  if (value.empty()) return tokens_.add(prefix, "none");
  const auto addresses = message::parse_addresses(value);
  if (!addresses || message::mailboxes_of(*addresses).empty()) {
    tokens_.add(prefix, "malformed");
    return add_words(tokens_, prefix, decoded(prefix, value), most_value_words);
  }
  const auto box = message::mailboxes_of(*addresses).front();
  found.domain = ascii::to_lower(box.domain);
  found.address = ascii::to_lower(box.local_part) + "@" + found.domain;
  tokens_.add(prefix, found.address);
  tokens_.add(prefix, "@" + found.domain);
  if (const auto parent = domain_of(found.domain); parent != found.domain) tokens_.add(prefix, "@" + parent);
  if (const auto dot = found.domain.rfind('.'); dot != std::string::npos)
    tokens_.add(prefix, found.domain.substr(dot));
  tokens_.add(prefix, "local-" + shape_of(box.local_part.substr(0, 40)).substr(0, 20));
  if (box.display_name.empty()) {
    tokens_.add(prefix, "no-name");
  } else {
    const auto text = decoded(prefix, box.display_name);
    add_words(tokens_, prefix, text, most_value_words);
    if (text.contains('@')) tokens_.add(prefix, "address-as-name");
  }
}

void Header::senders() {
  sender("from", "From", from_);
  if (!message_.first("Reply-To").empty()) {
    Sender reply_to;
    sender("reply-to", "Reply-To", reply_to);
    tokens_.add("reply-to", reply_to.address == from_.address ? "is-from"
                            : reply_to.domain == from_.domain ? "same-domain"
                                                              : "other-domain");
  }
  if (!message_.first("Sender").empty()) {
    Sender sender_field;
    sender("sender", "Sender", sender_field);
  }
}

void Header::recipients() {
  std::size_t count = 0;
  for (const auto* name : {"To", "Cc"}) {
    const auto value = message_.first(name);
    const std::string prefix = ascii::to_lower(name);
    if (value.empty()) {
      tokens_.add(prefix, "none");
      continue;
    }
    const auto addresses = message::parse_addresses(value);
    if (!addresses) {
      tokens_.add(prefix, "malformed");
      add_words(tokens_, prefix, decoded(prefix, value), most_value_words);
      continue;
    }
    const auto boxes = message::mailboxes_of(*addresses);
    if (boxes.empty()) tokens_.add(prefix, "empty");
    for (const auto& box : boxes) {
      if (++count > most_recipients) break;
      const auto domain = ascii::to_lower(box.domain);
      const auto address = ascii::to_lower(box.local_part) + "@" + domain;
      tokens_.add(prefix, address);
      tokens_.add(prefix, "@" + domain);
      if (address == from_.address) tokens_.add(prefix, "is-from");
      if (box.display_name.empty()) {
        tokens_.add(prefix, "no-name");
      } else {
        add_words(tokens_, prefix, decoded(prefix, box.display_name), 6);
        if (ascii::equals_ignoring_case(box.display_name, box.local_part))
          tokens_.add(prefix, "local-as-name");
      }
    }
    tokens_.add(prefix, "count-" + bucket(boxes.size()));
  }
}

void Header::message_id() {
  const auto value = ascii::trim(message_.first("Message-ID"));
  if (value.empty()) return tokens_.add("mid:none");
  auto inner = value;
  if (inner.starts_with('<') && inner.ends_with('>')) {
    inner = inner.substr(1, inner.size() - 2);
  } else {
    tokens_.add("mid:malformed");
  }
  const auto at = inner.rfind('@');
  if (at == std::string_view::npos) return tokens_.add("mid:no-domain");
  const auto domain = ascii::to_lower(inner.substr(at + 1));
  tokens_.add("mid", "@" + domain);
  if (const auto parent = domain_of(domain); parent != domain) tokens_.add("mid", "@" + parent);
  tokens_.add("mid", domain_of(domain) == domain_of(from_.domain) ? "domain-is-from" : "domain-is-other");
  if (!domain.contains('.')) tokens_.add("mid:short-domain");
  tokens_.add("mid", shape_of(inner.substr(0, std::min<std::size_t>(at, 60))));
}

void Header::others() {
  for (const auto* name : {"In-Reply-To", "References"}) {
    const auto value = message_.first(name);
    if (value.empty()) continue;
    tokens_.add(ascii::to_lower(name),
                "count-" + bucket(static_cast<std::size_t>(std::ranges::count(value, '<'))));
  }
  std::size_t count = 0;
  for (const auto& field : message_.fields()) {
    const auto name = ascii::to_lower(field.name);
    if (is_ignored(name) || is_among(known_names, name) || ++count > most_names) continue;
    add_words(tokens_, name.substr(0, 25), decoded(name.substr(0, 25), field.value), most_value_words);
  }
  const auto type = message::parse_content_type(message_.first("Content-Type"));
  if (!type) return tokens_.add("ct:none");
  for (const auto& [name, value] : type->parameters) {
    tokens_.add("ct-" + name, name == "boundary" ? shape_of(value.substr(0, 60)) : ascii::to_lower(value));
  }
}

}  // namespace

void add_header(Tokens& tokens, const mime_text::Message& message, mime_text::Charsets& charsets) {
  Header(tokens, message, charsets).add();
}

}  // namespace scop::bayes
