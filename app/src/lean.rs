//! Reads JSON with little code. `serde_json` brings for every structure a second copy of its reader, for structures written
//! as arrays, which no server function answers; without them the browser loads a good part less.

use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess,
        SeqAccess, VariantAccess, Visitor, value::StringDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

/// The text is no JSON, or not of this shape.
#[derive(Debug)]
pub struct Unreadable;

/// Reads a structure. Never inlined: several places read the same one.
///
/// # Errors
/// [`Unreadable`].
#[inline(never)]
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    T::deserialize(Lean(parsed(json)?))
}

fn parsed(json: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(json).map_err(|_| Unreadable)
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not what was expected")
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A value, read for structures as an object and as nothing else.
struct Lean(Value);

impl<'de> Deserializer<'de> for Lean {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(flag),
            Value::String(text) => visitor.visit_string(text),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => Err(Unreadable),
            },
            Value::Array(_) | Value::Object(_) => Err(Unreadable),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Array(values) => visitor.visit_seq(Items(values.into_iter())),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields {
                left: fields.into_iter(),
                value: Value::Null,
            }),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let (name, value) = match self.0 {
            Value::String(name) => (name, Value::Null),
            Value::Object(fields) => fields.into_iter().next().ok_or(Unreadable)?,
            _ => return Err(Unreadable),
        };
        visitor.visit_enum(Variant { name, value })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct identifier
    }
}

/// The elements of an array.
struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        match self.0.next() {
            Some(value) => seed.deserialize(Lean(value)).map(Some),
            None => Ok(None),
        }
    }
}

/// The fields of an object.
struct Fields {
    left: serde_json::map::IntoIter,
    value: Value,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        match self.left.next() {
            Some((name, value)) => {
                self.value = value;
                seed.deserialize(key(name)).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        seed.deserialize(Lean(std::mem::take(&mut self.value)))
    }
}

fn key(name: String) -> StringDeserializer<Unreadable> {
    name.into_deserializer()
}

/// A variant: its name alone, or with what it holds.
struct Variant {
    name: String,
    value: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Lean;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Lean), Unreadable> {
        Ok((seed.deserialize(key(self.name))?, Lean(self.value)))
    }
}

impl<'de> VariantAccess<'de> for Lean {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        text: String,
        flag: bool,
        small: i32,
        large: u64,
        maybe: Option<Box<Self>>,
        list: Vec<Choice>,
        pair: (u8, String),
        named: BTreeMap<String, i64>,
        wrapped: Wrapped,
        #[serde(default)]
        later: usize,
        nothing: (),
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(i64);

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Choice {
        Alone,
        One(String),
        Two(u8, i8),
        Fields { a: Option<String>, b: Wrapped },
    }

    fn choices() -> impl Strategy<Value = Choice> {
        prop_oneof![
            Just(Choice::Alone),
            any::<String>().prop_map(Choice::One),
            any::<(u8, i8)>().prop_map(|(a, b)| Choice::Two(a, b)),
            any::<(Option<String>, i64)>().prop_map(|(a, b)| Choice::Fields { a, b: Wrapped(b) }),
        ]
    }

    prop_compose! {
        fn anything()(
            (text, flag, small, large) in any::<(String, bool, i32, u64)>(),
            list in prop::collection::vec(choices(), 0..4),
            pair in any::<(u8, String)>(),
            named in any::<BTreeMap<String, i64>>(),
            (wrapped, later) in any::<(i64, usize)>(),
        ) -> Everything {
            Everything { text, flag, small, large, maybe: None, list, pair, named, wrapped: Wrapped(wrapped), later, nothing: () }
        }
    }

    proptest! {
        #[test]
        fn whatever_serde_json_writes_is_read(inner in anything(), outer in anything()) {
            let whole = Everything { maybe: Some(Box::new(inner)), ..outer };
            let json = serde_json::to_string(&whole).unwrap();
            prop_assert_eq!(read::<Everything>(&json).unwrap(), whole);
        }

        #[test]
        fn nothing_makes_it_panic(json: String) {
            let _ = read::<Everything>(&json);
        }
    }

    #[test]
    fn what_is_unknown_is_passed_over_and_what_is_missing_is_not() {
        assert_eq!(read::<Wrapped>("7").unwrap(), Wrapped(7));
        let more = r#"{"Fields":{"a":null,"b":1,"c":{"d":[1.5]}}}"#;
        assert_eq!(
            read::<Choice>(more).unwrap(),
            Choice::Fields {
                a: None,
                b: Wrapped(1)
            }
        );
        for wrong in [r#"{"Fields":{"a":null}}"#, r#""One""#, "{}", "[]", "{"] {
            assert!(read::<Choice>(wrong).is_err(), "{wrong}");
        }
    }
}
