#include "corpus/addresses.hpp"

#include <fmt/format.h>

#include <array>

#include "corpus/prose.hpp"

namespace scop::corpus {

namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view atext =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~";
constexpr std::array domains{"example.org",      "example.com",           "example.net",
                             "mail.example.org", "xn--bcher-kva.example", "a.b.c.example"};

// dot-atom, with obsolete white space around its dots.
std::string add_dotted(FieldText& text, std::string_view alphabet, bool obsolete) {
  auto& random = text.random();
  const auto atoms = random.skewed(1, 4);
  std::string out;
  for (std::size_t i = 0; i < atoms; ++i) {
    if (i > 0) {
      if (obsolete) text.optional_space(10);
      text.add(".");
      if (obsolete) text.optional_space(10);
      out += '.';
    }
    auto atom = random.of(alphabet, random.between(1, 10));
    // What begins like an encoded word is one for half of all readers (RFC 2047 5).
    if (const auto at = atom.find("=?"); at != std::string::npos) atom.resize(at + 1);
    text.add(atom);
    out += atom;
  }
  return out;
}

std::string add_local_part(FieldText& text) {
  auto& random = text.random();
  if (random.chance(6)) {
    const auto content = random.of("abc def\"\\@,.<>()", random.between(1, 12));
    text.quoted(content);
    return content;
  }
  if (text.manner().utf8 && random.chance(40)) {
    const auto word = prose(random, random.pick(scripts()), 1);
    std::string atoms;
    for (const char c : word) {
      if (atext.contains(c) || (static_cast<unsigned char>(c) & 0x80U) != 0) atoms += c;
    }
    if (atoms.empty()) atoms = "x";
    text.add(atoms);
    return atoms;
  }
  return add_dotted(text, random.chance(80) ? letters : atext, text.manner().obsolete);
}

std::string add_domain(FieldText& text) {
  auto& random = text.random();
  const std::string domain =
      random.chance(4) ? fmt::format("[192.0.2.{}]", random.below(256)) : domain_name(random);
  text.add(domain);
  return domain;
}

void add_addr_spec(FieldText& text, ExpectedMailbox& mailbox) {
  const bool obsolete = text.manner().obsolete;
  mailbox.local_part = add_local_part(text);
  if (obsolete) text.optional_space(10);
  text.add("@");
  if (obsolete) text.optional_space(10);
  mailbox.domain = add_domain(text);
}

//   obs-route = obs-domain-list ":"
void add_route(FieldText& text) {
  text.add("@" + domain_name(text.random()));
  if (text.random().chance(30)) text.add(",@" + domain_name(text.random()));
  text.add(":");
}

std::string add_atoms(FieldText& text) {
  auto& random = text.random();
  std::string out;
  const auto atoms = random.between(1, 4);
  for (std::size_t i = 0; i < atoms; ++i) {
    if (i > 0) {
      text.space();
      out += ' ';
    }
    const auto atom =
        random.of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'-_", random.between(1, 9));
    text.add(atom);
    out += atom;
  }
  return out;
}

std::string quotable(std::string text) {
  std::erase_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
  while (!text.empty() && text.front() == ' ') text.erase(0, 1);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text.empty() ? "x, y" : text;
}

// A phrase of one kind; mixtures of kinds are what RFC 5322 allows and nobody reads alike.
std::string add_phrase(FieldText& text) {
  auto& random = text.random();
  const auto kind = random.below(10);
  if (kind < 4) return add_atoms(text);
  const auto& script = random.pick(scripts());
  auto words = prose(random, script, random.between(1, 4));
  if (kind < 7) {
    words = quotable(words);
    text.quoted(words);
    return words;
  }
  const auto charset = random.pick(script.charsets);
  if (!in_charset(charset, words)) return add_atoms(text);
  text.encoded(script, charset, words, true);
  return words;
}

ExpectedAddress add_group(FieldText& text) {
  ExpectedAddress group{.is_group = true};
  group.group_name = add_phrase(text);
  text.optional_space();
  text.add(":");
  const auto members = text.random().below(4);
  for (std::size_t i = 0; i < members; ++i) {
    if (i > 0) text.add(",");
    text.space();
    group.mailboxes.push_back(add_mailbox(text));
  }
  text.optional_space();
  text.add(";");
  return group;
}

}  // namespace

ExpectedMailbox add_mailbox(FieldText& text) {
  auto& random = text.random();
  ExpectedMailbox mailbox;
  if (random.chance(25)) {
    add_addr_spec(text, mailbox);
    return mailbox;
  }
  if (random.chance(85)) {
    mailbox.display_name = add_phrase(text);
    text.space();
  }
  text.add("<");
  if (text.manner().obsolete && random.chance(8)) add_route(text);
  add_addr_spec(text, mailbox);
  text.add(">");
  if (random.chance(4)) {
    text.space();
    text.comment();
  }
  return mailbox;
}

std::vector<ExpectedAddress> add_address_list(FieldText& text, std::size_t count) {
  auto& random = text.random();
  std::vector<ExpectedAddress> addresses;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) {
      text.add(",");
      // obs-addr-list has empty members.
      if (text.manner().obsolete && random.chance(8)) text.add(" ,");
      text.space();
    }
    if (random.chance(4)) {
      addresses.push_back(add_group(text));
    } else {
      addresses.push_back({.mailboxes = {add_mailbox(text)}});
    }
  }
  return addresses;
}

std::string domain_name(Random& random) { return random.pick(domains); }

std::string message_id(Random& random) {
  return fmt::format("<{}.{}@{}>", random.of(letters, random.between(4, 24)), random.below(1'000'000),
                     domain_name(random));
}

}  // namespace scop::corpus
